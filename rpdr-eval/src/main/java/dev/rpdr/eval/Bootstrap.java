package dev.rpdr.eval;

import dev.rpdr.Evaluation.Accuracy;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * 95 % intervals by the percentile bootstrap (Efron, The Annals of Statistics 7(1), 1979): units
 * are drawn with replacement, as many as there are, and the 2.5 and 97.5 percentiles of the
 * accuracies of these draws are the ends. Where the value itself lies outside, which few draws can
 * cause, the interval is widened to hold it. An accuracy of 0 or 1 gets an interval of no width.
 *
 * <p>{@link Random} is used because its sequence is fixed by its specification.
 *
 * @param resamples how many draws
 * @param seed decides the draws
 */
record Bootstrap(int resamples, long seed) {
  /**
   * Acc@k of each k.
   *
   * @param units the ranks at which the mentions of each unit were right (0: at none), in an order
   *     that does not depend on that of the mentions
   */
  SortedMap<Integer, Accuracy> accuracies(List<int[]> units, int[] ks) {
    int[] sizes = units.stream().mapToInt(unit -> unit.length).toArray();
    int[][] hits = new int[ks.length][];
    for (int i = 0; i < ks.length; i++) {
      int k = ks[i];
      hits[i] = units.stream().mapToInt(unit -> hits(unit, k)).toArray();
    }
    double[][] draws = draw(sizes, hits);
    int n = Arrays.stream(sizes).sum();
    SortedMap<Integer, Accuracy> accuracies = new TreeMap<>();
    for (int i = 0; i < ks.length; i++) {
      double value = n == 0 ? 0 : (double) Arrays.stream(hits[i]).sum() / n;
      Arrays.sort(draws[i]);
      double low = Math.min(value, percentile(draws[i], 0.025));
      double high = Math.max(value, percentile(draws[i], 0.975));
      accuracies.put(ks[i], new Accuracy(value, low, high));
    }
    return accuracies;
  }

  private double[][] draw(int[] sizes, int[][] hits) {
    double[][] draws = new double[hits.length][resamples];
    if (sizes.length == 0) {
      return draws;
    }
    Random random = new Random(seed);
    int[] drawnHits = new int[hits.length];
    for (int r = 0; r < resamples; r++) {
      Arrays.fill(drawnHits, 0);
      int drawnSize = 0;
      for (int d = 0; d < sizes.length; d++) {
        int unit = random.nextInt(sizes.length);
        drawnSize += sizes[unit];
        for (int i = 0; i < hits.length; i++) {
          drawnHits[i] += hits[i][unit];
        }
      }
      for (int i = 0; i < hits.length; i++) {
        draws[i][r] = (double) drawnHits[i] / drawnSize;
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
