package dev.rpdr.distill;

import org.jspecify.annotations.Nullable;

/**
 * How a cascade makes one score of two, for {@link CascadeStudent}, which links, and {@link
 * CascadeFitter}, which tries settings. All arrays are in the order of the request.
 */
final class CascadeScores {
  private CascadeScores() {}

  /** Whether the second student is asked where the first one's log-probabilities are these. */
  static boolean asksSecond(double[] first, CascadeOptions options) {
    return options.weight() > 0 && first.length > 1 && !isSure(first, options.sure());
  }

  /**
   * The scores of a cascade.
   *
   * @param first log-probabilities of the first student
   * @param second those of the second, or null where it was not asked
   */
  static double[] joined(double[] first, double @Nullable [] second, CascadeOptions options) {
    double[] joined = first.clone();
    for (int place = 0; place < joined.length; place++) {
      joined[place] += options.placeWeight() / (place + 1);
      if (second != null) {
        joined[place] += options.weight() * second[place];
        joined[place] /= 1 + options.weight();
      }
    }
    return joined;
  }

  /** The probability of the best, 0 to 1; 0 where there is no candidate. */
  static double confidence(double[] logs) {
    double best = Double.NEGATIVE_INFINITY;
    for (double log : logs) {
      best = Math.max(best, log);
    }
    return Math.exp(best);
  }

  private static boolean isSure(double[] logs, double sure) {
    return sure < 1 && confidence(logs) >= sure;
  }
}
