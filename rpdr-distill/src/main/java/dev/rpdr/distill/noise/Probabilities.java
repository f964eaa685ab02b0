package dev.rpdr.distill.noise;

import dev.rpdr.Candidate;
import dev.rpdr.CandidateList;
import dev.rpdr.Ranking;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A student's scores as probabilities. */
final class Probabilities {
  private static final double LOG_RANGE = Math.log(1e3);
  private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;
  private static final int SHRINKS = 60;

  private Probabilities() {}

  /**
   * The scores of a ranking in the order of its request.
   *
   * @throws IllegalStateException if the student left a candidate out
   */
  static double[] scores(Ranking ranking) {
    Map<String, Double> scoreOf = new HashMap<>();
    for (Candidate candidate : ranking.candidates()) {
      scoreOf.put(candidate.id(), candidate.score());
    }
    CandidateList request = ranking.request();
    double[] scores = new double[request.size()];
    for (int i = 0; i < scores.length; i++) {
      Double score = scoreOf.get(request.candidates().get(i).id());
      if (score == null) {
        throw new IllegalStateException(
            "the student left out '"
                + request.candidates().get(i).id()
                + "' of '"
                + request.mention().text()
                + "', so there are no probabilities of all candidates");
      }
      scores[i] = score;
    }
    return scores;
  }

  /** ln softmax of scores, each divided by a temperature. */
  static double[] logSoftmax(double[] scores, double temperature) {
    double highest = Arrays.stream(scores).max().orElse(0);
    double sum = 0;
    for (double score : scores) {
      sum += Math.exp((score - highest) / temperature);
    }
    double[] logs = new double[scores.length];
    for (int i = 0; i < logs.length; i++) {
      logs[i] = (scores[i] - highest) / temperature - Math.log(sum);
    }
    return logs;
  }

  /** The softmax of logarithms, which sums to 1. */
  static double[] normalised(double[] logs) {
    double[] again = logSoftmax(logs, 1);
    double[] probabilities = Arrays.stream(again).map(Math::exp).toArray();
    double sum = Arrays.stream(probabilities).sum();
    return Arrays.stream(probabilities).map(p -> p / sum).toArray();
  }

  /**
   * The temperature from 0.001 to 1000 at which the chosen candidates are most likely (temperature
   * scaling: Guo et al., "On Calibration of Modern Neural Networks", ICML 2017). The likelihood
   * falls on both sides of it, so a golden-section search finds it.
   *
   * @param chosen for each list the index of its chosen candidate
   */
  static double temperature(List<double[]> scores, List<Integer> chosen) {
    double low = -LOG_RANGE;
    double high = LOG_RANGE;
    for (int i = 0; i < SHRINKS; i++) {
      double left = high - GOLDEN * (high - low);
      double right = low + GOLDEN * (high - low);
      if (surprise(scores, chosen, Math.exp(left)) <= surprise(scores, chosen, Math.exp(right))) {
        high = right;
      } else {
        low = left;
      }
    }
    return Math.exp((low + high) / 2);
  }

  private static double surprise(List<double[]> scores, List<Integer> chosen, double temperature) {
    double sum = 0;
    for (int i = 0; i < scores.size(); i++) {
      sum -= logSoftmax(scores.get(i), temperature)[chosen.get(i)];
    }
    return sum;
  }
}
