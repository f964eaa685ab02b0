package dev.rpdr.distill.train;

import ai.djl.ndarray.NDArray;

/**
 * ListNet's top-one loss (Cao et al., "Learning to Rank: From Pairwise Approach to Listwise
 * Approach", ICML 2007): the Kullback-Leibler divergence of the student's top-one probabilities
 * (softmax of its scores) from the teacher's. The paper's cross-entropy differs from it by the
 * target's entropy, a constant, without which the minimum is 0.
 *
 * <p>A teacher that answers with an order has no scores; where the paper takes the judged
 * relevance, this takes −place / temperature. Its probabilities are then proportional to exp(−place
 * / temperature).
 *
 * @param temperature &gt; 0; the smaller, the more the first place counts
 */
public record ListNet(double temperature) implements ListLoss {
  public ListNet {
    if (!(temperature > 0) || Double.isInfinite(temperature)) {
      throw new IllegalArgumentException(
          "ListNet's temperature must be a finite number > 0, not " + temperature);
    }
  }

  @Override
  public NDArray compute(NDArray scores, ListTargets targets) {
    return Losses.divergence(scores, targets, list -> topOne(targets, list));
  }

  @Override
  public String label() {
    return "list-net:" + temperature;
  }

  private double[] topOne(ListTargets targets, int list) {
    double[] weights = new double[targets.width()];
    for (int j = 0; j < weights.length && targets.isPresent(list, j); j++) {
      weights[j] = Math.exp((targets.place(list, 0) - targets.place(list, j)) / temperature);
    }
    return Losses.normalised(weights);
  }
}
