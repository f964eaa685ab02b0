package dev.rpdr.distill.train;

import dev.rpdr.NonRetriableException;
import dev.rpdr.ProgressListener;
import dev.rpdr.TrainingExample;
import dev.rpdr.nn.train.TrainingOptions;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.SplittableRandom;

/**
 * The epochs of a training: what is seen in each, in which order, and how it went.
 *
 * @param <I> what is read of one list
 */
final class ListEpochs<I> {
  /** The share of the remaining updates over which a continued training warms up again. */
  private static final double WARM_UP_AGAIN = .02;

  private final Course course;
  private final Split split;
  private final ListSampler sampler;
  private final EpochBatches<I> batches;
  private final ProgressListener progress;
  private final int steps;

  ListEpochs(Course course, Split split, ListReader<I> reader, ProgressListener progress) {
    this.course = course;
    this.split = split;
    this.sampler = new ListSampler(course.sampling(), split.training());
    this.batches = new EpochBatches<>(reader, course.batchLists());
    this.progress = progress;
    this.steps = divideUp(split.training().size(), course.batchLists());
  }

  /**
   * The schedule for the epochs that remain after some that are finished: the learning rate falls
   * along the same line as it would have without a break.
   */
  TrainingOptions schedule(int finished) {
    TrainingOptions training = course.training();
    int perEpoch = divideUp(steps, training.accumulation());
    int all = Math.multiplyExact(perEpoch, course.epochs());
    int done = perEpoch * finished;
    if (done == 0) {
      return training.withUpdates(all);
    }
    double warmUp = Math.ceil(all * training.warmupShare());
    double rate = training.learningRate() * Math.min(1, (all - done) / (all - warmUp));
    return training
        .withUpdates(all - done)
        .withLearningRate(rate)
        .withWarmupShare(Math.min(WARM_UP_AGAIN, training.warmupShare()));
  }

  /**
   * Trains for one epoch.
   *
   * @param epoch its number, from 1
   */
  EpochResult run(ListGraph<I> graph, int epoch) {
    // Nearby seeds give nearby first draws in java.util.Random, hence the second generator.
    SplittableRandom seeds = new SplittableRandom(course.training().seed());
    Random random = new Random(seeds.longs(epoch).reduce((first, last) -> last).getAsLong());
    List<TrainingList> lists =
        split.training().stream().map(example -> sampler.sample(example, random)).toList();
    double sum = 0;
    int done = 0;
    for (ListBatch<I> batch : batches.shuffled(lists, random)) {
      requireNotInterrupted();
      sum += graph.step(batch, course.loss());
      done++;
      progress.onProgress(
          "train",
          (long) (epoch - 1) * steps + done,
          (long) course.epochs() * steps,
          String.format(Locale.ROOT, "epoch %d/%d, loss %.4f", epoch, course.epochs(), sum / done));
    }
    graph.endEpoch();
    EpochResult result = new EpochResult(sum / done, agreement(graph));
    if (!split.validation().isEmpty()) {
      progress.onProgress(
          "validate",
          epoch,
          course.epochs(),
          String.format(Locale.ROOT, "teacher agreement %.4f (MRR)", result.agreement()));
    }
    return result;
  }

  /**
   * The mean reciprocal rank of the teacher's best candidate among all of a ranking held out; NaN
   * where there is none.
   */
  private double agreement(ListGraph<I> graph) {
    List<TrainingExample> examples = split.validation();
    double sum = 0;
    List<TrainingList> lists = examples.stream().map(ListSampler::whole).toList();
    Random random = new Random(course.training().seed());
    for (ListBatch<I> batch : batches.sorted(lists, random)) {
      requireNotInterrupted();
      float[] scores = graph.score(batch);
      for (int list = 0; list < batch.targets().lists(); list++) {
        sum += reciprocalRankOfFirst(batch.targets(), list, scores);
      }
    }
    return examples.isEmpty() ? Double.NaN : sum / examples.size();
  }

  private static double reciprocalRankOfFirst(ListTargets targets, int list, float[] scores) {
    int from = list * targets.width();
    int rank = 1;
    for (int column = 1; column < targets.width(); column++) {
      if (targets.isPresent(list, column) && scores[from + column] >= scores[from]) {
        rank++;
      }
    }
    return 1.0 / rank;
  }

  private static void requireNotInterrupted() {
    if (Thread.currentThread().isInterrupted()) {
      throw new NonRetriableException(
          "training was interrupted; the same call goes on after the last finished epoch");
    }
  }

  private static int divideUp(int a, int b) {
    return (a + b - 1) / b;
  }
}
