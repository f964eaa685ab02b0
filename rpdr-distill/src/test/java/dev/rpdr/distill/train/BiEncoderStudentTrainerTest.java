package dev.rpdr.distill.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rpdr.Candidate;
import dev.rpdr.CandidateList;
import dev.rpdr.Entity;
import dev.rpdr.KnowledgeBase;
import dev.rpdr.ProgressListener;
import dev.rpdr.Ranking;
import dev.rpdr.StudentReranker;
import dev.rpdr.TrainingSet;
import dev.rpdr.distill.BiEncoderStudent;
import dev.rpdr.distill.SmallEncoder;
import dev.rpdr.distill.StudentManifest;
import dev.rpdr.distill.StudentSettings;
import dev.rpdr.distill.Students;
import dev.rpdr.nn.EncoderOptions;
import dev.rpdr.nn.ModelFiles;
import dev.rpdr.nn.Pooling;
import dev.rpdr.nn.TextEncoder;
import dev.rpdr.nn.train.TrainingOptions;
import dev.rpdr.retriever.DenseRetriever;
import dev.rpdr.retriever.train.BiEncoderTrainer;
import dev.rpdr.testkit.StudentRerankerContract;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BiEncoderStudentTrainerTest implements StudentRerankerContract {
  private static final BiEncoderTrainer.Options OPTIONS =
      BiEncoderTrainer.Options.of(EncoderOptions.mean().withMaxTokens(24))
          .withEpochs(6)
          .withBatchSize(5)
          .withCandidates(6)
          .withValidationShare(0)
          .withOptimisation(TrainingOptions.of(1).withLearningRate(5e-4).withFreeze("embeddings"));

  @TempDir static Path parent;
  private static ModelFiles base;
  private static BiEncoderStudent trained;

  @BeforeAll
  static void train() {
    base = SmallEncoder.write(parent.resolve("base"));
    trained =
        BiEncoderStudentTrainer.of(base, OPTIONS)
            .train(
                TeacherFixture.trainingSet(), parent.resolve("student"), ProgressListener.SILENT);
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
  void theTeachersBestIsLearnt() {
    for (Ranking taught : TeacherFixture.trainingSet().rankings()) {
      assertThat(trained.rerank(taught.request()).best())
          .as("'%s'", taught.mention().text())
          .isEqualTo(taught.best());
    }
  }

  @Test
  void theFolderIsAStudentAndAnEncoderWithProvenance() {
    Path folder = parent.resolve("student");
    StudentManifest manifest = StudentManifest.read(folder);

    assertThat(((StudentSettings.BiEncoder) manifest.settings()).pooling()).isEqualTo(Pooling.MEAN);
    assertThat(manifest.settings().maxTokens()).isEqualTo(24);
    assertThat(manifest.files()).containsOnlyKeys("encoder.json", "model.onnx", "tokenizer.json");
    assertThat(manifest.provenance().facts())
        .containsEntry("data.teacher", "fixture")
        .containsEntry("rankings.learnt", "10")
        .containsEntry("epoch.best", "6");
    assertThat(parent).isDirectoryNotContaining("glob:**/student.training");
  }

  @Test
  void reRankingWhatADenseRetrieverFoundKeepsItsOrderAndScores() {
    Set<Entity> entities = new LinkedHashSet<>();
    TeacherFixture.trainingSet()
        .rankings()
        .forEach(r -> r.request().candidates().forEach(c -> entities.add(c.entity())));
    try (TextEncoder encoder = TextEncoder.open(ModelFiles.folder(parent.resolve("student")));
        DenseRetriever retriever =
            DenseRetriever.build(KnowledgeBase.of(entities), encoder, ProgressListener.SILENT)) {
      for (Ranking taught : TeacherFixture.trainingSet().rankings()) {
        CandidateList found = retriever.retrieve(taught.mention(), 10);
        Ranking reRanked = trained.rerank(found);

        assertThat(reRanked.ids()).isEqualTo(found.ids());
        for (int i = 0; i < found.size(); i++) {
          Candidate candidate = found.candidates().get(i);
          assertThat(reRanked.candidates().get(i).score())
              .isCloseTo(candidate.score(), within(1e-4));
        }
      }
    }
  }

  @Test
  void aCrossEncoderStartsFromTheDistilledBiEncoder() {
    try (StudentReranker student =
        CrossEncoderTrainer.of(
                ModelFiles.folder(parent.resolve("student")),
                TeacherFixture.options().withEpochs(1))
            .train(
                TeacherFixture.trainingSet(), parent.resolve("cross"), ProgressListener.SILENT)) {
      assertThat(student.provenance().facts())
          .containsEntry("student.kind", "cross-encoder")
          .containsEntry("base", "folder:student")
          .containsEntry("base.trained.data.teacher", "fixture");
    }
  }

  @Test
  void aTrainingSetThatTeachesNothingIsRefused() {
    assertThatThrownBy(
            () ->
                BiEncoderStudentTrainer.of(base, OPTIONS)
                    .train(
                        TrainingSet.of(List.of(), "t"),
                        parent.resolve("nothing"),
                        ProgressListener.SILENT))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(parent).isDirectoryNotContaining("glob:**nothing*");
  }
}
