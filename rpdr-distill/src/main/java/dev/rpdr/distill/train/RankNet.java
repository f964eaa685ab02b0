package dev.rpdr.distill.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import dev.rpdr.nn.torch.Torch;

/**
 * RankNet (Burges et al., "Learning to Rank using Gradient Descent", ICML 2005): over all pairs of
 * a list of which the teacher put i before j, the mean of ln(1 + exp(s_j − s_i)). A list without
 * such a pair counts 0.
 */
public record RankNet() implements ListLoss {
  @Override
  public NDArray compute(NDArray scores, ListTargets targets) {
    Losses.requireSameShape(scores, targets);
    int width = targets.width();
    NDArray weights =
        scores.getManager().create(pairWeights(targets), new Shape(targets.lists(), width, width));
    NDArray differences = scores.expandDims(1).sub(scores.expandDims(2));
    return Torch.times(Activation.softPlus(differences).mul(weights).sum(), 1.0 / targets.lists());
  }

  @Override
  public String label() {
    return "rank-net";
  }

  /** For [list, i, j]: 1 / the list's number of pairs where i stands before j, and 0 elsewhere. */
  private static float[] pairWeights(ListTargets targets) {
    int width = targets.width();
    float[] weights = new float[targets.lists() * width * width];
    for (int list = 0; list < targets.lists(); list++) {
      int from = list * width * width;
      int pairs = 0;
      for (int cell = 0; cell < width * width; cell++) {
        if (targets.isBefore(list, cell / width, cell % width)) {
          weights[from + cell] = 1;
          pairs++;
        }
      }
      float share = pairs == 0 ? 0 : (float) (targets.weight(list) / pairs);
      for (int cell = 0; cell < width * width; cell++) {
        weights[from + cell] *= share;
      }
    }
    return weights;
  }
}
