package dev.rpdr.distill.train;

import dev.rpdr.Provenance;
import dev.rpdr.nn.train.LoraOptions;
import dev.rpdr.nn.train.TrainingOptions;
import java.util.Objects;

/**
 * What the trainings of all students that score lists have in common.
 *
 * @param epochs how often each ranking is seen, ≥ 1
 * @param batchLists rankings per step, ≥ 1
 * @param sampling which candidates of a ranking are seen in an epoch
 * @param loss how scores are compared with the teacher's order
 * @param validationShare the share of rankings held out, 0 ≤ share ≤ .5
 * @param training the optimiser; its number of updates is ignored
 */
record Course(
    int epochs,
    int batchLists,
    ListSampling sampling,
    ListLoss loss,
    double validationShare,
    TrainingOptions training) {
  Course {
    requireValid(epochs, batchLists, sampling, loss, validationShare, training);
  }

  /** Refuses settings that cannot be, for options that hold them. */
  static void requireValid(
      int epochs,
      int batchLists,
      ListSampling sampling,
      ListLoss loss,
      double validationShare,
      TrainingOptions training) {
    requirePositive("epochs", epochs);
    requirePositive("batchLists", batchLists);
    Objects.requireNonNull(sampling, "sampling");
    Objects.requireNonNull(loss, "loss");
    Objects.requireNonNull(training, "training");
    if (!(validationShare >= 0 && validationShare <= .5)) {
      throw new IllegalArgumentException(
          "validationShare must be 0 to 0.5, not " + validationShare);
    }
  }

  /** These settings as facts of a student's provenance. */
  Provenance facts() {
    LoraOptions lora = training.lora();
    return Provenance.none()
        .with("seed", training.seed())
        .with("epochs", epochs)
        .with("batch-lists", batchLists)
        .with("candidates-per-list", sampling.candidates())
        .with("teacher-best", sampling.teacherBest())
        .with("random-candidates", sampling.random())
        .with("loss", loss.label())
        .with("validation-share", validationShare)
        .with("learning-rate", training.learningRate())
        .with("warm-up", training.warmupShare())
        .with("weight-decay", training.weightDecay())
        .with("dropout", training.dropout())
        .with("accumulation", training.accumulation())
        .with("lora", lora == null ? "none" : lora.toString());
  }

  private static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be >= 1, not " + value);
    }
  }
}
