package dev.rpdr.distill.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import dev.rpdr.nn.torch.Torch;

/**
 * ADR-MSE, the approximate discounted rank mean squared error (Schlatt et al., "Rank-DistiLLM",
 * 2024, for distilling a language model's rankings): the squared difference between the teacher's
 * rank of a candidate and the student's, made differentiable as in ApproxNDCG (Qin et al., 2010),
 * and divided by log2(1 + teacher's rank); the mean over a list.
 *
 * <pre>  student's rank of i ≈ 1 + Σ over j ≠ i of sigmoid((s_j − s_i) / temperature)</pre>
 *
 * <p>Candidates that the teacher did not tell apart share the mean of their ranks.
 *
 * @param temperature &gt; 0; the smaller, the closer to true ranks, and the smaller the gradients
 */
public record AdrMse(double temperature) implements ListLoss {
  public AdrMse {
    if (!(temperature > 0) || Double.isInfinite(temperature)) {
      throw new IllegalArgumentException(
          "ADR-MSE's temperature must be a finite number > 0, not " + temperature);
    }
  }

  @Override
  public NDArray compute(NDArray scores, ListTargets targets) {
    Losses.requireSameShape(scores, targets);
    int width = targets.width();
    float[] ranks = new float[targets.lists() * width];
    float[] weights = new float[ranks.length];
    float[] others = new float[ranks.length * width];
    for (int list = 0; list < targets.lists(); list++) {
      int size = size(targets, list);
      for (int i = 0; i < size; i++) {
        int cell = list * width + i;
        ranks[cell] = (float) rank(targets, list, i, size);
        weights[cell] =
            (float) (Math.log(2) / Math.log(1 + ranks[cell]) / size * targets.weight(list));
        for (int j = 0; j < size; j++) {
          others[cell * width + j] = i == j ? 0 : 1;
        }
      }
    }
    Shape square = new Shape(targets.lists(), width, width);
    Shape flat = new Shape(targets.lists(), width);
    // [list, i, j] is s_j − s_i
    NDArray differences =
        Torch.times(scores.expandDims(1).sub(scores.expandDims(2)), 1 / temperature);
    NDArray above =
        Activation.sigmoid(differences)
            .mul(scores.getManager().create(others, square))
            .sum(new int[] {2});
    NDArray error = above.add(1).sub(scores.getManager().create(ranks, flat));
    return Torch.times(
        error.mul(error).mul(scores.getManager().create(weights, flat)).sum(),
        1.0 / targets.lists());
  }

  @Override
  public String label() {
    return "adr-mse:" + temperature;
  }

  private static int size(ListTargets targets, int list) {
    int size = 0;
    while (size < targets.width() && targets.isPresent(list, size)) {
      size++;
    }
    return size;
  }

  /** From 1. */
  private static double rank(ListTargets targets, int list, int column, int size) {
    int first = column;
    while (first > 0 && targets.place(list, first - 1) == targets.place(list, column)) {
      first--;
    }
    int last = column;
    while (last + 1 < size && targets.place(list, last + 1) == targets.place(list, column)) {
      last++;
    }
    return 1 + (first + last) / 2.0;
  }
}
