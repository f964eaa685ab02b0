package dev.rpdr.distill;

import dev.rpdr.Candidate;
import dev.rpdr.CandidateList;
import dev.rpdr.Ranking;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a cascade makes one score of two, for {@link CascadeStudent}, which links, and {@link
 * CascadeFitter}, which tries settings. All arrays are in the order of the request.
 */
final class CascadeScores {
  private CascadeScores() {}

  /**
   * A student's scores.
   *
   * @throws IllegalStateException if it left a candidate out
   */
  static double[] of(CandidateList request, Ranking ranking) {
    Map<String, Integer> placeOf = request.places();
    double[] scores = new double[request.size()];
    boolean[] scored = new boolean[scores.length];
    for (Candidate candidate : ranking.candidates()) {
      Integer place = placeOf.get(candidate.id());
      if (place != null) {
        scores[place] = candidate.score();
        scored[place] = true;
      }
    }
    for (int i = 0; i < scores.length; i++) {
      if (!scored[i]) {
        throw new IllegalStateException(
            "a student left out '"
                + request.entity(i).id()
                + "' of '"
                + request.mention().text()
                + "'");
      }
    }
    return scores;
  }

  /**
   * The logarithm of the softmax of scores / temperature.
   *
   * @throws ArithmeticException if a score is too great for the temperature
   */
  static double[] logProbabilities(double[] scores, double temperature) {
    double[] logits = new double[scores.length];
    double highest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < logits.length; i++) {
      logits[i] = scores[i] / temperature;
      if (!Double.isFinite(logits[i])) {
        throw new ArithmeticException(
            "the score "
                + scores[i]
                + " divided by the temperature "
                + temperature
                + " is no finite number");
      }
      highest = Math.max(highest, logits[i]);
    }
    double sum = 0;
    for (double logit : logits) {
      sum += Math.exp(logit - highest);
    }
    for (int i = 0; i < logits.length; i++) {
      logits[i] -= highest + Math.log(sum);
    }
    return logits;
  }

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
      if (second != null) {
        joined[place] += options.weight() * second[place];
      }
      joined[place] += options.placeWeight() / (place + 1);
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
