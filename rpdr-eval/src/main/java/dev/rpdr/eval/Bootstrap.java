package dev.rpdr.eval;

import dev.rpdr.Evaluation.Accuracy;
import java.util.Arrays;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * 95 % intervals by the percentile bootstrap over mentions (Efron, The Annals of Statistics 7(1),
 * 1979): mentions are drawn with replacement, as many as there are, and the 2.5 and 97.5
 * percentiles of the accuracies of these draws are the ends. Where the value itself lies outside,
 * which few draws can cause, the interval is widened to hold it. An accuracy of 0 or 1 gets an
 * interval of no width.
 *
 * <p>{@link Random} is used because its sequence is fixed by its specification. Ranks are sorted
 * first, so that the order of the mentions does not matter.
 *
 * @param resamples how many draws
 * @param seed decides the draws
 */
record Bootstrap(int resamples, long seed) {
  /** Acc@k of each k for mentions that were right at these ranks (0: at none). */
  SortedMap<Integer, Accuracy> accuracies(int[] unsortedRanks, int[] ks) {
    int[] ranks = unsortedRanks.clone();
    Arrays.sort(ranks);
    double[][] draws = draw(ranks, ks);
    SortedMap<Integer, Accuracy> accuracies = new TreeMap<>();
    for (int i = 0; i < ks.length; i++) {
      double value = ranks.length == 0 ? 0 : (double) hits(ranks, ks[i]) / ranks.length;
      Arrays.sort(draws[i]);
      double low = Math.min(value, percentile(draws[i], 0.025));
      double high = Math.max(value, percentile(draws[i], 0.975));
      accuracies.put(ks[i], new Accuracy(value, low, high));
    }
    return accuracies;
  }

  private double[][] draw(int[] ranks, int[] ks) {
    double[][] draws = new double[ks.length][resamples];
    if (ranks.length == 0) {
      return draws;
    }
    Random random = new Random(seed);
    int[] drawn = new int[ranks.length];
    for (int r = 0; r < resamples; r++) {
      for (int i = 0; i < drawn.length; i++) {
        drawn[i] = ranks[random.nextInt(ranks.length)];
      }
      for (int i = 0; i < ks.length; i++) {
        draws[i][r] = (double) hits(drawn, ks[i]) / drawn.length;
      }
    }
    return draws;
  }

  private static int hits(int[] ranks, int k) {
    int hits = 0;
    for (int rank : ranks) {
      if (rank > 0 && rank <= k) {
        hits++;
      }
    }
    return hits;
  }

  /** Between the two values that are nearest, in proportion. */
  private static double percentile(double[] sorted, double share) {
    double place = share * (sorted.length - 1);
    int below = (int) place;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }
}
