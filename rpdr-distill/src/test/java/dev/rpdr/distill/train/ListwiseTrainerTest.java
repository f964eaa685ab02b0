package dev.rpdr.distill.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rpdr.Candidate;
import dev.rpdr.CandidateList;
import dev.rpdr.Entity;
import dev.rpdr.Mention;
import dev.rpdr.ModelException;
import dev.rpdr.ProgressListener;
import dev.rpdr.Ranking;
import dev.rpdr.StudentReranker;
import dev.rpdr.TrainingExample;
import dev.rpdr.TrainingSet;
import dev.rpdr.distill.CrossEncoderStudent;
import dev.rpdr.distill.ListwiseStudent;
import dev.rpdr.distill.OpenStudents;
import dev.rpdr.distill.SmallEncoder;
import dev.rpdr.distill.StudentManifest;
import dev.rpdr.distill.StudentQuantizer;
import dev.rpdr.distill.StudentSettings;
import dev.rpdr.distill.StudentSoup;
import dev.rpdr.distill.Students;
import dev.rpdr.nn.ListScorer;
import dev.rpdr.nn.ListTokenizer;
import dev.rpdr.nn.ModelFiles;
import dev.rpdr.nn.RunOptions;
import dev.rpdr.nn.TextList;
import dev.rpdr.nn.TextTokenizer;
import dev.rpdr.nn.train.Int8;
import dev.rpdr.testkit.StudentRerankerContract;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListwiseTrainerTest implements StudentRerankerContract {
  @TempDir static Path parent;
  private static final List<String> MESSAGES = new ArrayList<>();
  private static ModelFiles base;
  private static ListwiseStudent trained;

  private static ListwiseOptions options() {
    ListwiseOptions defaults = ListwiseOptions.defaults();
    return defaults
        .withTraining(defaults.training().withFreeze("embeddings"))
        .withEpochs(16)
        .withBatchLists(2)
        .withSampling(new ListSampling(6, 3, 0))
        .withMaxTokens(64)
        .withLearningRate(5e-4)
        .withValidationShare(0);
  }

  @BeforeAll
  static void train() {
    base = SmallEncoder.write(parent.resolve("base"));
    trained =
        ListwiseTrainer.of(base, options())
            .train(
                TeacherFixture.trainingSet(),
                parent.resolve("student"),
                (stage, done, total, message) ->
                    MESSAGES.add(stage + " " + done + "/" + total + " " + message));
  }

  @AfterAll
  static void close() {
    trained.close();
  }

  @Override
  public StudentReranker student() {
    return trained;
  }

  @Override
  public StudentReranker openStudent() {
    return Students.open(parent.resolve("student"));
  }

  @Test
  void theTeachersFirstChoiceIsLearntAndTheLossFalls() {
    for (Ranking taught : TeacherFixture.trainingSet().rankings()) {
      assertThat(trained.rerank(taught.request()).ids().get(0))
          .as("'%s'", taught.mention().text())
          .isEqualTo(taught.ids().get(0));
    }
    assertThat(MESSAGES).hasSize(80).allMatch(message -> message.startsWith("train "));
    assertThat(loss(MESSAGES.get(79))).isLessThan(loss(MESSAGES.get(4)) / 2);
  }

  @Test
  void theFolderSaysWhatTheStudentIs() {
    StudentManifest manifest = StudentManifest.read(parent.resolve("student"));

    assertThat(manifest.settings()).isEqualTo(new StudentSettings.Listwise(64, 4, 0));
    assertThat(manifest.provenance().facts())
        .containsEntry("base.model.sha256", base.onnxSha256())
        .containsEntry("loss", "list-mle:3")
        .containsEntry("max-tokens", "64")
        .containsEntry("rankings.learnt", "10")
        .containsEntry("epoch.best", "16");
    assertThat(trained.provenance().facts()).containsEntry("student.kind", "listwise");
    assertThatThrownBy(() -> CrossEncoderStudent.open(parent.resolve("student")))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("holds a listwise, not a cross-encoder");
  }

  @Test
  void theOrderOfTheRequestDoesNotMatter() {
    for (Ranking taught : TeacherFixture.trainingSet().rankings()) {
      CandidateList request = taught.request();
      List<Candidate> shuffled = new ArrayList<>(request.candidates());
      Collections.shuffle(shuffled, new Random(3));
      CandidateList other =
          CandidateList.of(request.mention(), shuffled.stream().map(Candidate::entity).toList());

      Map<String, Double> here = scores(trained.rerank(request));
      scores(trained.rerank(other))
          .forEach((id, score) -> assertThat(score).isCloseTo(here.get(id), within(1e-5)));
    }
  }

  @Test
  void moreOrdersBringOtherOrdersCloser() {
    // What the answer still owes to the orders drawn, by its distance from that of 64.
    double few = 0;
    double many = 0;
    for (Ranking taught : TeacherFixture.trainingSet().rankings()) {
      Map<String, Double> limit = scores(trained.withPermutations(64).rerank(taught.request()));
      few += distance(limit, scores(trained.withPermutations(1).rerank(taught.request())));
      many += distance(limit, scores(trained.withPermutations(16).rerank(taught.request())));
    }

    assertThat(many).isLessThan(few / 2);
    assertThatThrownBy(() -> trained.withPermutations(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("permutations must be 1 to 64, not 0");
  }

  @Test
  void aListThatDoesNotFitIsRankedWhole() {
    List<Entity> many = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      many.add(Entity.of("N" + i, "a rather long name of some disease number " + i));
    }
    many.add(Entity.of("same", "a rather long name of some disease number 7"));
    CandidateList request = CandidateList.of(Mention.of("pink eye"), many);

    Ranking ranking = trained.rerank(request);

    assertThat(ranking.ids()).hasSize(61).containsAll(request.ids());
    Map<String, Double> scores = scores(ranking);
    assertThat(scores.get("same")).as("of equal name").isEqualTo(scores.get("N7"));
  }

  @Test
  void theOrderOfTheRequestCountsByItsWeight() {
    CandidateList request = TeacherFixture.trainingSet().rankings().get(3).request();
    Map<String, Double> alone = scores(trained.rerank(request));

    Map<String, Double> together = scores(trained.withRetrieverWeight(.6).rerank(request));

    for (int place = 0; place < request.size(); place++) {
      String id = request.ids().get(place);
      assertThat(together.getOrDefault(id, 0.0) - alone.getOrDefault(id, 0.0))
          .isCloseTo(.6 / (place + 1), within(1e-6));
    }
    assertThatThrownBy(() -> trained.withRetrieverWeight(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("retrieverWeight");
  }

  @Test
  void aSavedGraphGivesTheScoresOfTraining() {
    Path saved = parent.resolve("saved");
    List<TrainingList> lists =
        TeacherFixture.trainingSet().examples().stream().map(ListSampler::whole).toList();
    // 24 tokens: most lists need two sequences or more
    try (TextTokenizer tokenizer = TextTokenizer.open(base, 24);
        ListwiseGraph graph =
            ListwiseGraph.open(
                base.onnx(),
                options().training().withUpdates(3).withWarmupShare(0),
                tokenizer,
                false)) {
      ListwiseReader reader = new ListwiseReader(ListTokenizer.of(tokenizer));
      List<ListwiseInput> inputs = reader.read(lists, new Random(1));
      ListBatch<ListwiseInput> batch = new ListBatch<>(inputs, ListTargets.ofLists(lists));
      assertThat(inputs).anyMatch(input -> input.sequences().size() > 1);
      double first = graph.step(batch, ListLoss.listMle(3));
      assertThat(graph.step(batch, ListLoss.listMle(3))).isLessThan(first);
      float[] during = graph.score(batch);
      base.copyTokenizer(saved);
      graph.write(saved.resolve(ModelFiles.ONNX));

      List<TextList> texts = new ArrayList<>();
      for (int i = 0; i < lists.size(); i++) {
        List<String> names = lists.get(i).names();
        texts.add(
            new TextList(
                lists.get(i).mention(), inputs.get(i).columns().stream().map(names::get).toList()));
      }
      try (ListScorer scorer =
          ListScorer.open(ModelFiles.folder(saved), 24, RunOptions.defaults())) {
        List<float[]> after = scorer.score(texts);
        int width = batch.targets().width();
        for (int i = 0; i < lists.size(); i++) {
          for (int place = 0; place < after.get(i).length; place++) {
            assertThat(after.get(i)[place])
                .isCloseTo(during[i * width + inputs.get(i).columns().get(place)], within(1e-4f));
          }
        }
      }
    }
  }

  @Test
  void candidatesAreReadInAnOrderDrawnAnew() {
    TrainingList list = ListSampler.whole(TeacherFixture.trainingSet().examples().get(0));
    try (TextTokenizer tokenizer = TextTokenizer.open(base, 64)) {
      ListwiseReader reader = new ListwiseReader(ListTokenizer.of(tokenizer));
      Random random = new Random(5);

      List<List<Integer>> orders = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        orders.add(reader.read(List.of(list), random).get(0).columns());
      }

      assertThat(orders)
          .allMatch(order -> order.stream().sorted().toList().equals(List.of(0, 1, 2, 3, 4, 5)));
      assertThat(orders.stream().map(order -> order.get(0)).distinct().count())
          .as("no place gives the teacher's first away")
          .isGreaterThan(3);
    }
  }

  @Test
  void aTrainingThatBrokeOffGoesOnAfterTheLastFinishedEpoch() {
    Path folder = parent.resolve("broken");
    ListwiseTrainer trainer = ListwiseTrainer.of(base, options().withEpochs(3));
    ProgressListener crash =
        (stage, done, total, message) -> {
          if (done == 8) {
            throw new IllegalStateException("power failure");
          }
        };
    assertThatThrownBy(() -> trainer.train(TeacherFixture.trainingSet(), folder, crash))
        .hasMessage("power failure");
    assertThat(folder).doesNotExist();

    List<Long> steps = new ArrayList<>();
    trainer
        .train(TeacherFixture.trainingSet(), folder, (stage, done, total, m) -> steps.add(done))
        .close();

    assertThat(steps).containsExactly(6L, 7L, 8L, 9L, 10L, 11L, 12L, 13L, 14L, 15L);
    assertThat(StudentManifest.read(folder).provenance().facts())
        .containsEntry("continued-after-epoch", "1");
  }

  @Test
  void aListwiseStudentIsTrainedOnWithItsHeadAndSoftTargets() {
    TrainingSet taught = TeacherFixture.trainingSet();
    List<TrainingExample> soft = new ArrayList<>();
    for (Ranking ranking : taught.rankings()) {
      double[] probabilities = new double[ranking.request().size()];
      probabilities[ranking.request().ids().indexOf(ranking.ids().get(0))] = .8;
      probabilities[ranking.request().ids().indexOf(ranking.ids().get(1))] = .2;
      soft.add(TrainingExample.soft(ranking.request(), probabilities).withWeight(.5));
    }
    try (ListwiseStudent student =
        ListwiseTrainer.of(
                ModelFiles.folder(parent.resolve("student")),
                options().withEpochs(1).withLearningRate(1e-7).withPermutations(2))
            .train(
                TrainingSet.ofExamples(soft, "votes"),
                parent.resolve("further"),
                ProgressListener.SILENT)) {
      CandidateList request = taught.rankings().get(0).request();
      assertThat(student.settings().permutations()).isEqualTo(2);
      assertThat(
              distance(
                  scores(student.rerank(request)),
                  scores(trained.withPermutations(2).rerank(request))))
          .isLessThan(.05);
    }
  }

  @Test
  void inEightBitsItStillKnowsTheTeachersFirstChoices() {
    Path small = parent.resolve("small");
    Int8.Result result = StudentQuantizer.quantize(parent.resolve("student"), small);
    Path twice = parent.resolve("twice");

    assertThat(result.matrices()).as("two layers of six matrices, the head none").isEqualTo(12);
    try (StudentReranker student = Students.open(small)) {
      int agreeing = 0;
      for (Ranking taught : TeacherFixture.trainingSet().rankings()) {
        Map<String, Double> exact = scores(trained.rerank(taught.request()));
        Ranking quantised = student.rerank(taught.request());
        assertThat(distance(exact, scores(quantised))).isLessThan(spread(exact) / 5);
        agreeing += quantised.ids().get(0).equals(taught.ids().get(0)) ? 1 : 0;
      }
      assertThat(agreeing).isGreaterThanOrEqualTo(9);
    }
    StudentSoup.average(List.of(parent.resolve("student"), parent.resolve("student")), twice);
    try (StudentReranker soup = Students.open(twice)) {
      CandidateList request = TeacherFixture.trainingSet().rankings().get(0).request();
      assertThat(distance(scores(trained.rerank(request)), scores(soup.rerank(request))))
          .isLessThan(1e-5);
    }
  }

  @Test
  void itRunsWithoutTheTrainingEngine() throws Exception {
    String classPath =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !entry.contains("pytorch"))
            .collect(Collectors.joining(File.pathSeparator));
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-cp",
                classPath,
                OpenStudents.class.getName(),
                parent.resolve("student").toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output).contains("listwise ranked 2", "no training engine");
  }

  @Test
  void optionsThatCannotBeAreRefused() {
    assertThatThrownBy(() -> ListwiseOptions.defaults().withEpochs(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("epochs must be >= 1, not 0");
    assertThatThrownBy(() -> ListwiseOptions.defaults().withMaxTokens(7))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("maxTokens must be 8 to 8192, not 7");
    assertThatThrownBy(() -> ListwiseOptions.defaults().withValidationShare(.6))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("validationShare must be 0 to 0.5, not 0.6");
    assertThatThrownBy(
            () ->
                ListwiseTrainer.of(base, options())
                    .train(
                        TrainingSet.of(List.of(), "t"),
                        parent.resolve("nothing"),
                        ProgressListener.SILENT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("nothing to learn from");
  }

  private static Map<String, Double> scores(Ranking ranking) {
    Map<String, Double> scores = new HashMap<>();
    ranking.candidates().forEach(candidate -> scores.put(candidate.id(), candidate.score()));
    return scores;
  }

  private static double distance(Map<String, Double> one, Map<String, Double> other) {
    double most = 0;
    for (Map.Entry<String, Double> entry : one.entrySet()) {
      most = Math.max(most, Math.abs(entry.getValue() - other.getOrDefault(entry.getKey(), 1e9)));
    }
    return most;
  }

  private static double spread(Map<String, Double> scores) {
    return Collections.max(scores.values()) - Collections.min(scores.values());
  }

  private static double loss(String message) {
    return Double.parseDouble(message.substring(message.indexOf("loss ") + 5));
  }
}
