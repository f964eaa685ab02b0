package dev.rpdr.distill.train;

import ai.djl.ndarray.NDArray;

/**
 * The Kullback-Leibler divergence of the student's top-one probabilities (softmax of its scores)
 * from those that a list is given: the votes of a self-consistent teacher, an ensemble's, another
 * student's (Hinton, Vinyals and Dean, "Distilling the Knowledge in a Neural Network", 2015; the
 * cross-entropy there differs by the target's entropy, a constant). A list of which only the order
 * is known has all on the first place, shared where the teacher tied.
 *
 * @param temperature &gt; 0: given probabilities p become p^(1/temperature), divided by their sum;
 *     1 takes them as they are, less sharpens, more flattens
 */
public record KullbackLeibler(double temperature) implements ListLoss {
  public KullbackLeibler {
    if (!(temperature > 0) || Double.isInfinite(temperature)) {
      throw new IllegalArgumentException(
          "the divergence's temperature must be a finite number > 0, not " + temperature);
    }
  }

  @Override
  public NDArray compute(NDArray scores, ListTargets targets) {
    return Losses.divergence(scores, targets, list -> target(targets, list));
  }

  @Override
  public String label() {
    return "kl:" + temperature;
  }

  private double[] target(ListTargets targets, int list) {
    if (!targets.isSoft(list)) {
      return FirstPlace.target(targets, list, 0);
    }
    double[] weights = targets.probabilities(list);
    for (int column = 0; column < weights.length; column++) {
      weights[column] = Math.pow(weights[column], 1 / temperature);
    }
    return Losses.normalised(weights);
  }
}
