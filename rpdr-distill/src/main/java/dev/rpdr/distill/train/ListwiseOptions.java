package dev.rpdr.distill.train;

import dev.rpdr.Provenance;
import dev.rpdr.distill.StudentSettings;
import dev.rpdr.nn.train.LoraOptions;
import dev.rpdr.nn.train.TrainingOptions;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a listwise student is trained. Immutable.
 *
 * @param epochs how often each ranking is seen, ≥ 1
 * @param batchLists rankings per step, ≥ 1
 * @param sampling which candidates of a ranking are seen in an epoch; best as many as it will be
 *     asked about
 * @param loss how scores are compared with the teacher's order
 * @param student what the student's folder says: longest input, orders in which a request is read,
 *     weight of the retriever's order (the last two only the opened student applies, training does
 *     not)
 * @param validationShare the share of rankings held out to find the best epoch, 0 ≤ share ≤ .5; 0,
 *     or too few rankings to hold one out, keeps the last epoch
 * @param training learning rate, schedule, weight decay, LoRA, dropout, device and seed; its number
 *     of updates is ignored, as it follows from the rankings
 */
public record ListwiseOptions(
    int epochs,
    int batchLists,
    ListSampling sampling,
    ListLoss loss,
    StudentSettings.Listwise student,
    double validationShare,
    TrainingOptions training) {
  public ListwiseOptions {
    Objects.requireNonNull(student, "student");
    Course.requireValid(epochs, batchLists, sampling, loss, validationShare, training);
  }

  /**
   * Five epochs, 8 rankings a step, 10 candidates of each of which 4 are the teacher's best,
   * ListMLE on the first 3 places, 192 tokens, 4 orders, no weight for the retriever, 5 % held out,
   * all weights trained with learning rate 1e-4, seed 42.
   */
  public static ListwiseOptions defaults() {
    return new ListwiseOptions(
        5,
        8,
        new ListSampling(10, 4, 0),
        ListLoss.listMle(3),
        new StudentSettings.Listwise(192, 4, 0),
        .05,
        TrainingOptions.of(1).withLearningRate(1e-4));
  }

  public ListwiseOptions withEpochs(int newEpochs) {
    return new ListwiseOptions(
        newEpochs, batchLists, sampling, loss, student, validationShare, training);
  }

  public ListwiseOptions withBatchLists(int newBatchLists) {
    return new ListwiseOptions(
        epochs, newBatchLists, sampling, loss, student, validationShare, training);
  }

  public ListwiseOptions withSampling(ListSampling newSampling) {
    return new ListwiseOptions(
        epochs, batchLists, newSampling, loss, student, validationShare, training);
  }

  public ListwiseOptions withLoss(ListLoss newLoss) {
    return new ListwiseOptions(
        epochs, batchLists, sampling, newLoss, student, validationShare, training);
  }

  public ListwiseOptions withStudent(StudentSettings.Listwise newStudent) {
    return new ListwiseOptions(
        epochs, batchLists, sampling, loss, newStudent, validationShare, training);
  }

  public ListwiseOptions withValidationShare(double newValidationShare) {
    return new ListwiseOptions(
        epochs, batchLists, sampling, loss, student, newValidationShare, training);
  }

  public ListwiseOptions withTraining(TrainingOptions newTraining) {
    return new ListwiseOptions(
        epochs, batchLists, sampling, loss, student, validationShare, newTraining);
  }

  public ListwiseOptions withMaxTokens(int maxTokens) {
    return withStudent(
        new StudentSettings.Listwise(maxTokens, student.permutations(), student.retrieverWeight()));
  }

  public ListwiseOptions withPermutations(int permutations) {
    return withStudent(
        new StudentSettings.Listwise(student.maxTokens(), permutations, student.retrieverWeight()));
  }

  public ListwiseOptions withRetrieverWeight(double retrieverWeight) {
    return withStudent(
        new StudentSettings.Listwise(student.maxTokens(), student.permutations(), retrieverWeight));
  }

  public ListwiseOptions withLearningRate(double learningRate) {
    return withTraining(training.withLearningRate(learningRate));
  }

  public ListwiseOptions withLora(@Nullable LoraOptions lora) {
    return withTraining(training.withLora(lora));
  }

  public ListwiseOptions withSeed(long seed) {
    return withTraining(training.withSeed(seed));
  }

  /** What these options share with those of other students. */
  Course course() {
    return new Course(epochs, batchLists, sampling, loss, validationShare, training);
  }

  /** These options as facts of a student's provenance. */
  Provenance facts() {
    return course().facts().with("max-tokens", student.maxTokens());
  }
}
