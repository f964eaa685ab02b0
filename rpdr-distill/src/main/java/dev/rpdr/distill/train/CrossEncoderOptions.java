package dev.rpdr.distill.train;

import dev.rpdr.Provenance;
import dev.rpdr.distill.StudentSettings;
import dev.rpdr.nn.Pooling;
import dev.rpdr.nn.train.LoraOptions;
import dev.rpdr.nn.train.ScoringHead;
import dev.rpdr.nn.train.TrainingOptions;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a cross-encoder is trained. Immutable.
 *
 * @param epochs how often each ranking is seen, ≥ 1
 * @param batchLists rankings per step, ≥ 1
 * @param sampling which candidates of a ranking are seen in an epoch
 * @param loss how scores are compared with the teacher's order
 * @param student what the student's folder says: pooling of the head ({@code CLS} or {@code MEAN}),
 *     longest pair, symmetric or not, weight of the retriever's order (which only the opened
 *     student applies, training does not)
 * @param activation what the head has between pooling and score: nothing, or a dense layer with
 *     this activation
 * @param validationShare the share of rankings held out to find the best epoch, 0 ≤ share ≤ .5; 0,
 *     or too few rankings to hold one out, keeps the last epoch
 * @param training learning rate, schedule, weight decay, LoRA, dropout, device and seed; its number
 *     of updates is ignored, as it follows from the rankings
 */
public record CrossEncoderOptions(
    int epochs,
    int batchLists,
    ListSampling sampling,
    ListLoss loss,
    StudentSettings.CrossEncoder student,
    ScoringHead.Activation activation,
    double validationShare,
    TrainingOptions training) {
  public CrossEncoderOptions {
    Objects.requireNonNull(activation, "activation");
    Course.requireValid(epochs, batchLists, sampling, loss, validationShare, training);
    if (student.pooling() == Pooling.IN_GRAPH) {
      throw new IllegalArgumentException(
          "pooling of a cross-encoder's head must be CLS or MEAN, not IN_GRAPH");
    }
  }

  /**
   * Five epochs, 8 rankings a step, 8 candidates of each (see {@link ListSampling#defaults()}),
   * ListMLE on the first 3 places, mean pooling without a dense layer, 48 tokens, one order of the
   * pair, no weight for the retriever, 5 % held out, all weights trained with learning rate 1e-4,
   * seed 42.
   */
  public static CrossEncoderOptions defaults() {
    return new CrossEncoderOptions(
        5,
        8,
        ListSampling.defaults(),
        ListLoss.listMle(3),
        new StudentSettings.CrossEncoder(Pooling.MEAN, 48, false, 0),
        ScoringHead.Activation.NONE,
        .05,
        TrainingOptions.of(1).withLearningRate(1e-4));
  }

  public CrossEncoderOptions withEpochs(int newEpochs) {
    return new CrossEncoderOptions(
        newEpochs, batchLists, sampling, loss, student, activation, validationShare, training);
  }

  public CrossEncoderOptions withBatchLists(int newBatchLists) {
    return new CrossEncoderOptions(
        epochs, newBatchLists, sampling, loss, student, activation, validationShare, training);
  }

  public CrossEncoderOptions withSampling(ListSampling newSampling) {
    return new CrossEncoderOptions(
        epochs, batchLists, newSampling, loss, student, activation, validationShare, training);
  }

  public CrossEncoderOptions withLoss(ListLoss newLoss) {
    return new CrossEncoderOptions(
        epochs, batchLists, sampling, newLoss, student, activation, validationShare, training);
  }

  public CrossEncoderOptions withStudent(StudentSettings.CrossEncoder newStudent) {
    return new CrossEncoderOptions(
        epochs, batchLists, sampling, loss, newStudent, activation, validationShare, training);
  }

  public CrossEncoderOptions withActivation(ScoringHead.Activation newActivation) {
    return new CrossEncoderOptions(
        epochs, batchLists, sampling, loss, student, newActivation, validationShare, training);
  }

  public CrossEncoderOptions withValidationShare(double newValidationShare) {
    return new CrossEncoderOptions(
        epochs, batchLists, sampling, loss, student, activation, newValidationShare, training);
  }

  public CrossEncoderOptions withTraining(TrainingOptions newTraining) {
    return new CrossEncoderOptions(
        epochs, batchLists, sampling, loss, student, activation, validationShare, newTraining);
  }

  public CrossEncoderOptions withPooling(Pooling pooling) {
    return withStudent(
        new StudentSettings.CrossEncoder(
            pooling, student.maxTokens(), student.symmetric(), student.retrieverWeight()));
  }

  public CrossEncoderOptions withMaxTokens(int maxTokens) {
    return withStudent(
        new StudentSettings.CrossEncoder(
            student.pooling(), maxTokens, student.symmetric(), student.retrieverWeight()));
  }

  public CrossEncoderOptions withSymmetric(boolean symmetric) {
    return withStudent(
        new StudentSettings.CrossEncoder(
            student.pooling(), student.maxTokens(), symmetric, student.retrieverWeight()));
  }

  public CrossEncoderOptions withRetrieverWeight(double retrieverWeight) {
    return withStudent(student.withRetrieverWeight(retrieverWeight));
  }

  public CrossEncoderOptions withLearningRate(double learningRate) {
    return withTraining(training.withLearningRate(learningRate));
  }

  public CrossEncoderOptions withLora(@Nullable LoraOptions lora) {
    return withTraining(training.withLora(lora));
  }

  public CrossEncoderOptions withSeed(long seed) {
    return withTraining(training.withSeed(seed));
  }

  /** What these options share with those of other students. */
  Course course() {
    return new Course(epochs, batchLists, sampling, loss, validationShare, training);
  }

  /** These options as facts of a student's provenance. */
  Provenance facts() {
    return course().facts().with("head", activation.name().toLowerCase(Locale.ROOT));
  }
}
