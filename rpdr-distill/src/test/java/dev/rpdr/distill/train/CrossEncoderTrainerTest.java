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
import dev.rpdr.TrainingSet;
import dev.rpdr.distill.CrossEncoderStudent;
import dev.rpdr.distill.OpenStudents;
import dev.rpdr.distill.SmallEncoder;
import dev.rpdr.distill.StudentFixture;
import dev.rpdr.distill.StudentManifest;
import dev.rpdr.distill.Students;
import dev.rpdr.nn.ModelFiles;
import dev.rpdr.nn.Pooling;
import dev.rpdr.nn.RunOptions;
import dev.rpdr.nn.train.LoraOptions;
import dev.rpdr.testkit.StudentRerankerContract;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CrossEncoderTrainerTest implements StudentRerankerContract {
  @TempDir static Path parent;
  private static final List<String> MESSAGES = new ArrayList<>();
  private static ModelFiles base;
  private static CrossEncoderStudent trained;

  @BeforeAll
  static void train() {
    base = SmallEncoder.write(parent.resolve("base"));
    trained =
        CrossEncoderTrainer.of(base, TeacherFixture.options())
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
  void aModelWithoutAManifestRanksAlike() throws IOException {
    Path plain = Files.createDirectory(parent.resolve("plain"));
    for (String name : List.of("model.onnx", "tokenizer.json")) {
      Files.copy(parent.resolve("student").resolve(name), plain.resolve(name));
    }
    CandidateList request = TeacherFixture.trainingSet().rankings().get(0).request();

    try (CrossEncoderStudent own =
        CrossEncoderStudent.of(
            ModelFiles.folder(plain), trained.settings().maxTokens(), RunOptions.defaults())) {
      assertThat(own.rerank(request)).isEqualTo(trained.rerank(request));
    }
  }

  @Test
  void anEncoderIsNoCrossEncoder() {
    assertThatThrownBy(() -> CrossEncoderStudent.of(base, 48, RunOptions.defaults()))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("logits");
  }

  @Test
  void theTeachersOrderIsLearnt() {
    for (Ranking taught : TeacherFixture.trainingSet().rankings()) {
      Ranking learnt = trained.rerank(taught.request());
      assertThat(learnt.ids().subList(0, 2))
          .as("'%s'", taught.mention().text())
          .isEqualTo(taught.ids().subList(0, 2));
    }
  }

  @Test
  void theLossFallsAndProgressIsToldStepByStep() {
    assertThat(MESSAGES).hasSize(40).allMatch(message -> message.startsWith("train "));
    assertThat(MESSAGES.get(0)).startsWith("train 1/40 epoch 1/8, loss ");
    assertThat(MESSAGES.get(39)).startsWith("train 40/40 epoch 8/8, loss ");
    assertThat(loss(MESSAGES.get(39))).isLessThan(loss(MESSAGES.get(4)) / 3);
  }

  @Test
  void theFolderHoldsTheStudentAndWhereItComesFrom() {
    assertThat(parent.resolve("student"))
        .isDirectoryContaining("glob:**/model.onnx")
        .isDirectoryContaining("glob:**/tokenizer.json")
        .isDirectoryContaining("glob:**/student.json");
    assertThat(parent).isDirectoryNotContaining("glob:**/student.training");
    assertThat(StudentManifest.read(parent.resolve("student")).provenance().facts())
        .containsEntry("seed", "42")
        .containsEntry("base", "folder:base")
        .containsEntry("base.model.sha256", base.onnxSha256())
        .containsEntry("data.teacher", "fixture")
        .containsEntry("loss", "list-mle:3")
        .containsEntry("rankings.learnt", "10")
        .containsEntry("epoch.best", "8")
        .containsKey("data.rankings.sha256")
        .containsKey("epoch.8.loss")
        .doesNotContainKey("continued-after-epoch");
  }

  @Test
  void theOrderOfTheRequestCountsByItsWeight() {
    CandidateList request = TeacherFixture.trainingSet().rankings().get(3).request();
    double[] alone = scoresInOrder(request, trained.rerank(request));

    CrossEncoderStudent fused = trained.withRetrieverWeight(.6);
    double[] together = scoresInOrder(request, fused.rerank(request));

    for (int place = 0; place < alone.length; place++) {
      assertThat(together[place] - alone[place]).isCloseTo(.6 / (place + 1), within(1e-6));
    }
    assertThat(trained.withRetrieverWeight(1e6).rerank(request).ids()).isEqualTo(request.ids());
    assertThat(fused.provenance().facts()).containsEntry("retriever-weight", "0.6");
    assertThatThrownBy(() -> trained.withRetrieverWeight(Double.NaN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("retrieverWeight");
  }

  @Test
  void theSameSeedGivesTheSameStudentAndAnotherAnother() {
    CrossEncoderOptions once = TeacherFixture.options().withEpochs(1);

    String first = hashOfTrained("first", once);

    assertThat(hashOfTrained("again", once)).isEqualTo(first);
    assertThat(hashOfTrained("other", once.withSeed(43))).isNotEqualTo(first);
  }

  @Test
  void aTrainingThatBrokeOffGoesOnAfterTheLastFinishedEpoch() {
    Path folder = parent.resolve("broken");
    CrossEncoderTrainer trainer =
        CrossEncoderTrainer.of(
            base,
            TeacherFixture.options().withEpochs(3).withLora(LoraOptions.of(4, "query|value")));
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
    try (StudentReranker student =
        trainer.train(
            TeacherFixture.trainingSet(), folder, (stage, done, total, m) -> steps.add(done))) {
      assertThat(student.rerank(TeacherFixture.trainingSet().rankings().get(0).request()).ids())
          .hasSize(6);
    }
    assertThat(steps)
        .as("epoch 1 of 5 steps is not repeated")
        .containsExactly(6L, 7L, 8L, 9L, 10L, 11L, 12L, 13L, 14L, 15L);
    assertThat(StudentManifest.read(folder).provenance().facts())
        .containsEntry("continued-after-epoch", "1");
    assertThat(parent).isDirectoryNotContaining("glob:**broken.training");
  }

  @Test
  void anEarlierStudentStaysWhereTrainingFails() throws IOException {
    Path folder = parent.resolve("student");
    String before = Files.readString(folder.resolve("student.json"));

    assertThatThrownBy(
            () ->
                CrossEncoderTrainer.of(base, TeacherFixture.options().withSeed(2))
                    .train(
                        TeacherFixture.trainingSet(),
                        folder,
                        (stage, done, total, message) -> {
                          throw new IllegalStateException("no space left");
                        }))
        .hasMessage("no space left");

    assertThat(folder.resolve("student.json")).hasContent(before);
    Students.open(folder).close();
  }

  @Test
  void theBestEpochOnRankingsHeldOutIsKept() {
    List<String> stages = new ArrayList<>();
    try (StudentReranker student =
        CrossEncoderTrainer.of(base, TeacherFixture.options().withEpochs(2).withValidationShare(.4))
            .train(
                TeacherFixture.trainingSet(),
                parent.resolve("validated"),
                (stage, done, total, message) -> stages.add(stage))) {
      Map<String, String> facts = student.provenance().facts();
      assertThat(facts)
          .containsEntry("rankings.held-out", "4")
          .containsEntry("rankings.learnt", "6");
      double first = Double.parseDouble(facts.get("epoch.1.agreement"));
      double second = Double.parseDouble(facts.get("epoch.2.agreement"));
      assertThat(first).isBetween(1.0 / 6, 1.0);
      assertThat(facts).containsEntry("epoch.best", second > first ? "2" : "1");
    }
    assertThat(stages)
        .containsExactly(
            "train", "train", "train", "validate", "train", "train", "train", "validate");
  }

  @Test
  void aSymmetricStudentReadsPairsInBothOrders() {
    try (StudentReranker student =
        CrossEncoderTrainer.of(
                base,
                TeacherFixture.options().withEpochs(1).withSymmetric(true).withPooling(Pooling.CLS))
            .train(
                TeacherFixture.trainingSet(),
                parent.resolve("symmetric"),
                ProgressListener.SILENT)) {
      double there = score(student, "pink eye", "conjunctivitis");
      double back = score(student, "conjunctivitis", "pink eye");
      assertThat(there).isCloseTo(back, within(1e-5));
      assertThat(there).isNotCloseTo(score(student, "pink eye", "cataract"), within(1e-4));
    }
  }

  @Test
  void aCrossEncoderIsTrainedOnWithItsHead() {
    CrossEncoderOptions gentle = TeacherFixture.options().withEpochs(1).withLearningRate(1e-7);
    try (CrossEncoderStudent student =
        CrossEncoderTrainer.of(ModelFiles.folder(parent.resolve("student")), gentle)
            .train(
                TeacherFixture.trainingSet(), parent.resolve("further"), ProgressListener.SILENT)) {
      CandidateList request = TeacherFixture.trainingSet().rankings().get(0).request();
      assertThat(scoresInOrder(request, student.rerank(request)))
          .usingComparatorWithPrecision(.05)
          .containsExactly(scoresInOrder(request, trained.rerank(request)));
    }
    assertThatThrownBy(
            () ->
                CrossEncoderTrainer.of(
                        ModelFiles.folder(parent.resolve("student")),
                        gentle.withPooling(Pooling.CLS))
                    .train(
                        TeacherFixture.trainingSet(), parent.resolve("x"), ProgressListener.SILENT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("MEAN")
        .hasMessageContaining("CLS");
  }

  @Test
  void studentsOfBothKindsRunWithoutTheTrainingEngine() throws Exception {
    Path biEncoder = StudentFixture.biEncoder(parent.resolve("bi-encoder"));
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
                biEncoder.toString(),
                parent.resolve("student").toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output)
        .contains("bi-encoder ranked 2", "cross-encoder ranked 2", "no training engine");
  }

  @Test
  void aTrainingSetThatTeachesNothingIsRefused() {
    CrossEncoderTrainer trainer = CrossEncoderTrainer.of(base, TeacherFixture.options());
    Path folder = parent.resolve("nothing");
    CandidateList single =
        CandidateList.of(Mention.of("pink eye"), List.of(Entity.of("1", "conjunctivitis")));

    assertThatThrownBy(
            () -> trainer.train(TrainingSet.of(List.of(), "t"), folder, ProgressListener.SILENT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("nothing to learn from: none of its 0 rankings");
    assertThatThrownBy(
            () ->
                trainer.train(
                    TrainingSet.of(List.of(Ranking.asRetrieved(single)), "t"),
                    folder,
                    ProgressListener.SILENT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("none of its 1 rankings orders at least two candidates");
    assertThat(parent).isDirectoryNotContaining("glob:**nothing*");
  }

  private static String hashOfTrained(String name, CrossEncoderOptions options) {
    Path folder = parent.resolve(name);
    CrossEncoderTrainer.of(base, options)
        .train(TeacherFixture.trainingSet(), folder, ProgressListener.SILENT)
        .close();
    return StudentManifest.read(folder).studentSha256();
  }

  private static double score(StudentReranker student, String mention, String name) {
    CandidateList request = CandidateList.of(Mention.of(mention), List.of(Entity.of("1", name)));
    return student.rerank(request).candidates().get(0).score();
  }

  private static double[] scoresInOrder(CandidateList request, Ranking ranking) {
    double[] scores = new double[request.size()];
    for (Candidate candidate : ranking.candidates()) {
      scores[request.ids().indexOf(candidate.id())] = candidate.score();
    }
    return scores;
  }

  private static double loss(String message) {
    return Double.parseDouble(message.substring(message.indexOf("loss ") + 5));
  }
}
