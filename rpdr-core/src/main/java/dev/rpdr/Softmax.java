package dev.rpdr;

import java.util.Arrays;

/** Scores as probabilities of the candidates of one request. */
public final class Softmax {
  private Softmax() {}

  /**
   * The logarithm of the softmax of scores / temperature.
   *
   * @param scores one a candidate, as many as one likes, none included
   * @param temperature above 0; the higher, the more even the probabilities
   * @return as many logarithms, in the same order, none above 0
   * @throws ArithmeticException if a score is too great for the temperature, or no number
   */
  public static double[] log(double[] scores, double temperature) {
    double highest = Arrays.stream(scores).max().orElse(0);
    double[] logs = new double[scores.length];
    double sum = 0;
    for (int i = 0; i < logs.length; i++) {
      if (!Double.isFinite(scores[i] / temperature)) {
        throw new ArithmeticException(
            "the score "
                + scores[i]
                + " divided by the temperature "
                + temperature
                + " is no finite number");
      }
      logs[i] = (scores[i] - highest) / temperature;
      sum += Math.exp(logs[i]);
    }
    double log = Math.log(sum);
    return Arrays.stream(logs).map(each -> each - log).toArray();
  }
}
