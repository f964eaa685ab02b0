package dev.rpdr.distill.train;

import dev.rpdr.ProgressListener;
import dev.rpdr.StudentTrainer;
import dev.rpdr.TrainingSet;
import dev.rpdr.distill.BiEncoderStudent;
import dev.rpdr.distill.StudentFolder;
import dev.rpdr.distill.StudentSettings;
import dev.rpdr.nn.EncoderOptions;
import dev.rpdr.nn.ModelFiles;
import dev.rpdr.retriever.train.BiEncoderTrainer;
import dev.rpdr.retriever.train.TrainingReport;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Trains a {@link BiEncoderStudent}: fine-tunes an encoder on the teacher's rankings by {@link
 * BiEncoderTrainer} and adds what makes its folder a student. The folder stays one that {@code
 * TextEncoder} opens and that {@link CrossEncoderTrainer} can start from.
 *
 * <p>While training, finished epochs lie in a folder {@code NAME.training} beside the student's,
 * which is removed on success. Immutable and thread-safe; two trainings must not share a folder.
 */
public final class BiEncoderStudentTrainer implements StudentTrainer {
  private final BiEncoderTrainer trainer;

  private BiEncoderStudentTrainer(BiEncoderTrainer trainer) {
    this.trainer = trainer;
  }

  /** A trainer that starts from an encoder, which stays as it is. */
  public static BiEncoderStudentTrainer of(ModelFiles base, BiEncoderTrainer.Options options) {
    return of(BiEncoderTrainer.of(base, options));
  }

  /** A trainer of students by a trainer of encoders. */
  public static BiEncoderStudentTrainer of(BiEncoderTrainer trainer) {
    return new BiEncoderStudentTrainer(Objects.requireNonNull(trainer, "trainer"));
  }

  @Override
  public BiEncoderStudent train(TrainingSet trainingSet, Path folder, ProgressListener progress) {
    StudentFolder target = StudentFolder.of(folder);
    Path draft = target.draft();
    TrainingReport report;
    try {
      report = trainer.train(trainingSet, draft, progress);
    } catch (IllegalArgumentException e) {
      target.discard();
      throw e;
    }
    EncoderOptions encoder = trainer.options().encoder();
    target.publish(
        draft,
        new StudentSettings.BiEncoder(encoder.pooling(), encoder.normalise(), encoder.maxTokens()),
        report
            .provenance()
            .with("rankings.learnt", report.trained())
            .with("rankings.held-out", report.heldOut())
            .with("rankings.skipped", report.skipped())
            .with("epoch.best", report.keptEpoch()));
    return BiEncoderStudent.open(folder);
  }
}
