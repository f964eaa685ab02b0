package dev.rpdr.retriever.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.rpdr.CandidateList;
import dev.rpdr.Dataset;
import dev.rpdr.Entity;
import dev.rpdr.Fingerprint;
import dev.rpdr.KnowledgeBase;
import dev.rpdr.LabelledMention;
import dev.rpdr.Mention;
import dev.rpdr.Outcome;
import dev.rpdr.ProgressListener;
import dev.rpdr.Ranking;
import dev.rpdr.TrainingSet;
import dev.rpdr.nn.EncoderOptions;
import dev.rpdr.nn.ModelFiles;
import dev.rpdr.nn.TextEncoder;
import dev.rpdr.nn.train.LoraOptions;
import dev.rpdr.retriever.DenseRetriever;
import dev.rpdr.tiny.TinyEncoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BiEncoderTrainerTest {
  private static final KnowledgeBase KB =
      KnowledgeBase.of(
          List.of(
              Entity.of("1", "Myocardial infarction"),
              Entity.of("2", "Hypertension"),
              Entity.of("3", "Insomnia"),
              Entity.of("4", "Alopecia"),
              Entity.of("5", "Vertigo"),
              Entity.of("6", "Dyspnoea")));

  /** Made-up words, which no encoder knows the meaning of. */
  private static final Map<String, String> MEANINGS = meanings();

  private static final BiEncoderTrainer.Options OPTIONS =
      BiEncoderTrainer.Options.of(EncoderOptions.mean().withMaxTokens(16))
          .withEpochs(8)
          .withBatchSize(6)
          .withValidationShare(0)
          .withWarmupShare(0)
          .withLearningRate(.02);

  @TempDir Path temp;

  private ModelFiles base;

  @BeforeEach
  void makeEncoder() throws IOException {
    base = TinyEncoder.in(temp.resolve("tiny"));
  }

  @Test
  void itLearnsWhatTheTeacherRankedAndSavesAnEncoderThatSaysHow() {
    Path folder = temp.resolve("encoder");
    List<String> stages = new ArrayList<>();
    assertThat(right(base)).isLessThan(3);

    TrainingReport report =
        BiEncoderTrainer.of(base, OPTIONS)
            .train(
                rankings(),
                folder,
                (stage, done, total, message) -> stages.add(stage + done + "/" + total));

    assertThat(report.epochs()).hasSize(8);
    assertThat(report.epochs().get(7).loss()).isLessThan(report.epochs().get(0).loss() / 2);
    assertThat(report.trained()).isEqualTo(6);
    assertThat(report.keptEpoch()).isEqualTo(8);
    assertThat(stages).startsWith("train1/8").endsWith("train8/8");
    ModelFiles trained = ModelFiles.folder(folder);
    assertThat(right(trained)).isEqualTo(6);
    try (TextEncoder encoder = TextEncoder.open(trained)) {
      assertThat(encoder.options()).isEqualTo(OPTIONS.encoder());
      assertThat(encoder.provenance().facts())
          .containsEntry("trained.base.model.sha256", base.onnxSha256())
          .containsEntry("trained.data.teacher", "test teacher")
          .containsEntry("trained.data.rankings", "6")
          .containsEntry("trained.seed", "42")
          .containsEntry("trained.temperature", "0.05")
          .containsEntry("trained.epoch", "8");
    }
    assertThat(temp).isDirectoryNotContaining(path -> path.toString().endsWith(".part"));
  }

  @Test
  void theSameSeedGivesTheSameWeights() {
    BiEncoderTrainer trainer =
        BiEncoderTrainer.of(
            base, OPTIONS.withEpochs(2).withBatchSize(3).withCandidates(3).withRandomCandidates(2));
    trainer.train(rankings(), temp.resolve("a"), ProgressListener.SILENT);
    trainer.train(rankings(), temp.resolve("b"), ProgressListener.SILENT);

    assertThat(Fingerprint.ofFile(temp.resolve("a/model.onnx")))
        .isEqualTo(Fingerprint.ofFile(temp.resolve("b/model.onnx")))
        .isNotEqualTo(base.onnxSha256());
  }

  @Test
  void itLearnsFromLabelsWithAdaptersAndKeepsTheBestEpoch() {
    Dataset dataset =
        new Dataset(
            "labels",
            MEANINGS.entrySet().stream()
                .map(entry -> LabelledMention.of(entry.getKey(), entry.getValue()))
                .toList());
    BiEncoderTrainer.Options options =
        OPTIONS
            .withEpochs(3)
            .withValidationShare(.5)
            .withKeepBestEpoch(true)
            .withLora(LoraOptions.of(4, "dense"));

    TrainingReport report =
        BiEncoderTrainer.of(base, options)
            .trainOnLabels(
                dataset,
                KB,
                (mention, k) -> CandidateList.of(mention, entities()),
                temp.resolve("encoder"),
                ProgressListener.SILENT);

    assertThat(report.trained()).isEqualTo(3);
    assertThat(report.heldOut()).isEqualTo(3);
    assertThat(report.epochs().get(2).loss()).isLessThan(report.epochs().get(0).loss());
    double best =
        report.epochs().stream().mapToDouble(e -> e.agreement().orElseThrow()).max().orElseThrow();
    assertThat(report.kept().agreement()).hasValue(best);
    assertThat(report.provenance().facts())
        .containsEntry("epoch", Integer.toString(report.keptEpoch()))
        .containsEntry("data.labels.sha256", dataset.fingerprint())
        .containsEntry("data.knowledge-base.sha256", KB.fingerprint());
    TextEncoder.open(ModelFiles.folder(temp.resolve("encoder"))).close();
  }

  @Test
  void aTrainingThatBreaksOffLeavesItsLastEpochAndTheEarlierEncoder() throws IOException {
    Path folder = temp.resolve("encoder");
    Files.createDirectories(folder);
    for (String file : List.of("model.onnx", "tokenizer.json", "encoder.json")) {
      Files.writeString(folder.resolve(file), "earlier");
    }
    ProgressListener breaking =
        (stage, done, total, message) -> {
          if (done == 2) {
            throw new IllegalStateException("the machine went down");
          }
        };
    BiEncoderTrainer trainer = BiEncoderTrainer.of(base, OPTIONS.withEpochs(2));

    assertThatIllegalStateException()
        .isThrownBy(() -> trainer.train(rankings(), folder, breaking))
        .withMessage("the machine went down");

    assertThat(folder.resolve("model.onnx")).hasContent("earlier");
    Path saved = temp.resolve("encoder.part/epoch-1");
    TextEncoder.open(ModelFiles.folder(saved)).close();

    trainer.train(rankings(), folder, ProgressListener.SILENT);
    TextEncoder.open(ModelFiles.folder(folder)).close();
    assertThat(temp.resolve("encoder.part")).doesNotExist();
  }

  @Test
  void aCrashWhileTheNewEncoderTakesItsPlaceLosesNeither() throws IOException {
    Path folder = temp.resolve("encoder");
    BiEncoderTrainer trainer = BiEncoderTrainer.of(base, OPTIONS.withEpochs(1));
    trainer.train(rankings(), folder, ProgressListener.SILENT);
    Files.createDirectories(temp.resolve("encoder.part"));
    Files.move(folder, temp.resolve("encoder.part/replaced"));

    TrainingFolder.prepare(folder, base, OPTIONS.encoder());

    TextEncoder.open(ModelFiles.folder(folder)).close();
  }

  @Test
  void rankingsThatTeachNothingAreRefused() {
    Ranking single = ranking("zorb", List.of(KB.entity(0)), List.of(0));
    TrainingSet nothing = TrainingSet.of(List.of(single), "test teacher");

    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                BiEncoderTrainer.of(base, OPTIONS)
                    .train(nothing, temp.resolve("encoder"), ProgressListener.SILENT))
        .withMessage(
            "there is nothing to learn from: of 1 rankings or labelled mentions none has both a"
                + " right and a wrong candidate");
  }

  @Test
  void aFolderThatHoldsSomethingElseIsRefusedBeforeTraining() throws IOException {
    Path used = Files.createDirectory(temp.resolve("used"));
    Files.writeString(used.resolve("thesis.txt"), "precious");

    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                BiEncoderTrainer.of(base, OPTIONS).train(rankings(), used, ProgressListener.SILENT))
        .withMessageContaining("holds [thesis.txt]");
    assertThat(used.resolve("thesis.txt")).hasContent("precious");
  }

  @Test
  void badOptionsAreRefusedAtTheCall() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OPTIONS.withEpochs(0))
        .withMessage("epochs must be >= 1, not 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OPTIONS.withBatchSize(0))
        .withMessage("batchSize must be >= 1, not 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OPTIONS.withTemperature(0))
        .withMessage("temperature must be finite and > 0, not 0.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OPTIONS.withSecondPlaceWeight(1.5))
        .withMessage("secondPlaceWeight must be 0 to 1, not 1.5");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OPTIONS.withCandidates(1))
        .withMessage("candidates must be >= 2, not 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OPTIONS.withRandomCandidates(-1))
        .withMessage("randomCandidates must be >= 0, not -1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OPTIONS.withValidationShare(.6))
        .withMessage("validationShare must be 0 to 0.5, not 0.6");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OPTIONS.withKeepBestEpoch(true))
        .withMessage("keepBestEpoch needs a validationShare > 0, not 0.0");
  }

  /** How many of the made-up words find what they mean. */
  private static int right(ModelFiles files) {
    try (TextEncoder encoder = TextEncoder.open(files, OPTIONS.encoder());
        DenseRetriever retriever = DenseRetriever.build(KB, encoder, ProgressListener.SILENT)) {
      int right = 0;
      for (Map.Entry<String, String> entry : MEANINGS.entrySet()) {
        CandidateList list = retriever.retrieve(Mention.of(entry.getKey()), 1);
        right += list.ids().get(0).equals(entry.getValue()) ? 1 : 0;
      }
      return right;
    }
  }

  private static TrainingSet rankings() {
    List<Ranking> rankings = new ArrayList<>();
    MEANINGS.forEach(
        (mention, id) -> {
          int first = KB.indexOf(id);
          List<Integer> places = new ArrayList<>(List.of(first));
          for (int i = 1; i < KB.size(); i++) {
            places.add((first + i) % KB.size());
          }
          rankings.add(ranking(mention, entities(), places));
        });
    return TrainingSet.of(rankings, "test teacher");
  }

  private static Ranking ranking(String mention, List<Entity> entities, List<Integer> places) {
    return Ranking.byPlaces(
        CandidateList.of(Mention.of(mention), entities), places, Outcome.ANSWERED);
  }

  private static List<Entity> entities() {
    List<Entity> entities = new ArrayList<>();
    for (int i = 0; i < KB.size(); i++) {
      entities.add(KB.entity(i));
    }
    return entities;
  }

  private static Map<String, String> meanings() {
    Map<String, String> meanings = new LinkedHashMap<>();
    meanings.put("zorbling", "1");
    meanings.put("quaffle mist", "2");
    meanings.put("gripple", "3");
    meanings.put("tonk tonk", "4");
    meanings.put("wuzzy", "5");
    meanings.put("plimsy", "6");
    return meanings;
  }
}
