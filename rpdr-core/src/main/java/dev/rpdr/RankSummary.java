package dev.rpdr;

import java.util.Comparator;
import java.util.Locale;

/**
 * How good a list of ranks is, in three shares: what settings are compared by when they are fitted.
 * For numbers to report, with intervals and slices, see {@link Evaluator}.
 *
 * @param n how many mentions were ranked, ≥ 1
 * @param at1 the share whose right entity stands first, 0 to 1
 * @param at5 the share whose right entity stands among the first five, 0 to 1
 * @param meanReciprocalRank the mean of 1 / rank, 0 for a right entity that is nowhere, 0 to 1
 */
public record RankSummary(int n, double at1, double at5, double meanReciprocalRank) {
  /** The better one last: by Acc@1, then Acc@5, then mean reciprocal rank. */
  public static final Comparator<RankSummary> BY_ACCURACY =
      Comparator.comparingDouble(RankSummary::at1)
          .thenComparingDouble(RankSummary::at5)
          .thenComparingDouble(RankSummary::meanReciprocalRank);

  public RankSummary {
    if (n < 1) {
      throw new IllegalArgumentException("n must be >= 1, not " + n);
    }
    requireShare("at1", at1);
    requireShare("at5", at5);
    requireShare("meanReciprocalRank", meanReciprocalRank);
  }

  /**
   * A summary of ranks.
   *
   * @param ranks one a mention, at least one: from 1, or 0 where the right entity is nowhere
   */
  public static RankSummary of(int[] ranks) {
    if (ranks.length == 0) {
      throw new IllegalArgumentException("there are no ranks to sum up");
    }
    int first = 0;
    int firstFive = 0;
    double reciprocals = 0;
    for (int rank : ranks) {
      if (rank < 0) {
        throw new IllegalArgumentException("a rank must be >= 0, not " + rank);
      }
      first += rank == 1 ? 1 : 0;
      firstFive += rank >= 1 && rank <= 5 ? 1 : 0;
      reciprocals += rank == 0 ? 0 : 1.0 / rank;
    }
    double n = ranks.length;
    return new RankSummary(ranks.length, first / n, firstFive / n, reciprocals / n);
  }

  /** Acc@1 and Acc@5, to four digits. */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%.4f / %.4f", at1, at5);
  }

  /**
   * The rank, from 1, of the first right candidate by these scores, or 0 where none is right; ties
   * keep the order given, as {@link Ranking#byScore} does.
   *
   * @param scores one a candidate, higher is better
   * @param right whether each is right
   */
  public static int rankOf(double[] scores, boolean[] right) {
    int best = -1;
    for (int i = 0; i < right.length; i++) {
      if (right[i] && (best < 0 || scores[i] > scores[best])) {
        best = i;
      }
    }
    if (best < 0) {
      return 0;
    }
    int rank = 1;
    for (int i = 0; i < scores.length; i++) {
      if (scores[i] > scores[best] || (scores[i] == scores[best] && i < best)) {
        rank++;
      }
    }
    return rank;
  }

  private static void requireShare(String name, double share) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException(name + " must be 0 to 1, not " + share);
    }
  }
}
