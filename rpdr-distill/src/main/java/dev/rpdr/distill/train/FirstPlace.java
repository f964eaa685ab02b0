package dev.rpdr.distill.train;

import ai.djl.ndarray.NDArray;

/**
 * Softmax cross-entropy with the teacher's first place (Bruch et al., "An Analysis of the Softmax
 * Cost Function for Learning to Rank", ICTIR 2019; the loss of dense retrievers, Karpukhin et al.
 * 2020), where the second place may be a weaker target: the divergence of the student's top-one
 * probabilities from 1 / (1 + w) for the first and w / (1 + w) for the second. With w = 0 it is
 *
 * <pre>  ln Σ over k of exp(s_k)  −  s_1</pre>
 *
 * <p>Candidates that tie for the first place share it; a second place counts only where the teacher
 * put one candidate there alone.
 *
 * @param second w, the weight of the second place beside 1 for the first, 0 to 1
 */
public record FirstPlace(double second) implements ListLoss {
  public FirstPlace {
    if (!(second >= 0 && second <= 1)) {
      throw new IllegalArgumentException(
          "the weight of the second place must be 0 to 1, not " + second);
    }
  }

  @Override
  public NDArray compute(NDArray scores, ListTargets targets) {
    return Losses.divergence(scores, targets, list -> target(targets, list, second));
  }

  @Override
  public String label() {
    return "softmax:" + second;
  }

  /** The probabilities of a list's columns. */
  static double[] target(ListTargets targets, int list, double second) {
    double[] weights = new double[targets.width()];
    int column = 0;
    while (column < weights.length
        && !targets.isBefore(list, 0, column)
        && targets.isPresent(list, column)) {
      weights[column++] = 1;
    }
    boolean isThere = column < weights.length && targets.isPresent(list, column);
    boolean isLast = column + 1 == weights.length || !targets.isPresent(list, column + 1);
    if (isThere && (isLast || targets.isBefore(list, column, column + 1))) {
      weights[column] = second;
    }
    return Losses.normalised(weights);
  }
}
