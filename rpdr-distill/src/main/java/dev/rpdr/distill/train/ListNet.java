package dev.rpdr.distill.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.rpdr.nn.torch.Torch;

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
    Losses.requireSameShape(scores, targets);
    int width = targets.width();
    float[] probabilities = new float[targets.lists() * width];
    double negativeEntropy = 0;
    for (int i = 0; i < targets.lists(); i++) {
      double[] list = topOne(targets, i);
      for (int j = 0; j < width; j++) {
        probabilities[i * width + j] = (float) list[j];
        negativeEntropy += list[j] > 0 ? list[j] * Math.log(list[j]) : 0;
      }
    }
    NDArray target =
        scores.getManager().create(probabilities, new Shape(targets.lists(), targets.width()));
    NDArray crossEntropy = Losses.masked(scores, targets).logSoftmax(-1).mul(target).sum().neg();
    return Torch.times(crossEntropy.add((float) negativeEntropy), 1.0 / targets.lists());
  }

  @Override
  public String label() {
    return "list-net:" + temperature;
  }

  private double[] topOne(ListTargets targets, int list) {
    double[] probabilities = new double[targets.width()];
    double sum = 0;
    for (int j = 0; j < probabilities.length && targets.isPresent(list, j); j++) {
      probabilities[j] = Math.exp((targets.place(list, 0) - targets.place(list, j)) / temperature);
      sum += probabilities[j];
    }
    for (int j = 0; j < probabilities.length; j++) {
      probabilities[j] /= sum;
    }
    return probabilities;
  }
}
