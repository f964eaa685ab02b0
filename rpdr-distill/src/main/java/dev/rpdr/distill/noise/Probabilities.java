package dev.rpdr.distill.noise;

import dev.rpdr.Softmax;
import java.util.Arrays;
import java.util.List;

/** A student's scores as probabilities. */
final class Probabilities {
  private static final double LOG_RANGE = Math.log(1e3);
  private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;
  private static final int SHRINKS = 60;

  private Probabilities() {}

  /** The softmax of logarithms, which sums to 1. */
  static double[] normalised(double[] logs) {
    double[] again = Softmax.log(logs, 1);
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
      sum -= Softmax.log(scores.get(i), temperature)[chosen.get(i)];
    }
    return sum;
  }
}
