package dev.rpdr.distill.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import dev.rpdr.nn.torch.Torch;
import java.util.Arrays;
import java.util.Comparator;

/**
 * LambdaRank (Burges, Ragno and Le, "Learning to Rank with Nonsmooth Cost Functions", NeurIPS 2006)
 * as the loss whose gradient it is (Wang et al., "The LambdaLoss Framework", CIKM 2018): {@link
 * RankNet}'s logistic loss of each pair that the teacher ordered, weighted by how much NDCG would
 * change if the two traded their present ranks, summed over a list:
 *
 * <pre>  |g_i − g_j| · |1/log2(1 + r_i) − 1/log2(1 + r_j)| / IDCG · ln(1 + exp(s_j − s_i))</pre>
 *
 * <p>r is the rank by the present scores (ties in the teacher's favour), from 1. The papers take
 * gains from judged grades; a teacher that answers with an order has none, so the gain of its place
 * p (from 0) is 1 / (p + 1). Weights are no part of the gradient.
 */
public record LambdaRank() implements ListLoss {
  @Override
  public NDArray compute(NDArray scores, ListTargets targets) {
    Losses.requireSameShape(scores, targets);
    int width = targets.width();
    float[] values = scores.toFloatArray();
    float[] weights = new float[targets.lists() * width * width];
    for (int list = 0; list < targets.lists(); list++) {
      weigh(targets, list, ranks(targets, list, values), weights);
    }
    NDArray weight = scores.getManager().create(weights, new Shape(targets.lists(), width, width));
    NDArray differences = scores.expandDims(1).sub(scores.expandDims(2));
    return Torch.times(Activation.softPlus(differences).mul(weight).sum(), 1.0 / targets.lists());
  }

  @Override
  public String label() {
    return "lambda-rank";
  }

  private static void weigh(ListTargets targets, int list, int[] ranks, float[] weights) {
    int width = targets.width();
    double ideal = 0;
    for (int column = 0; column < width && targets.isPresent(list, column); column++) {
      ideal += gain(targets, list, column) * discount(column + 1);
    }
    for (int i = 0; i < width; i++) {
      for (int j = 0; j < width; j++) {
        if (targets.isBefore(list, i, j)) {
          double gains = gain(targets, list, i) - gain(targets, list, j);
          double discounts = Math.abs(discount(ranks[i]) - discount(ranks[j]));
          weights[(list * width + i) * width + j] =
              (float) (gains * discounts / ideal * targets.weight(list));
        }
      }
    }
  }

  /** The rank of each column by its score, from 1; 0 for absent ones. */
  private static int[] ranks(ListTargets targets, int list, float[] scores) {
    int width = targets.width();
    Integer[] columns = new Integer[width];
    Arrays.setAll(columns, column -> column);
    Arrays.sort(columns, Comparator.comparingDouble(column -> -scores[list * width + column]));
    int[] ranks = new int[width];
    int rank = 1;
    for (int column : columns) {
      if (targets.isPresent(list, column)) {
        ranks[column] = rank++;
      }
    }
    return ranks;
  }

  private static double gain(ListTargets targets, int list, int column) {
    return 1.0 / (targets.place(list, column) + 1);
  }

  private static double discount(int rank) {
    return Math.log(2) / Math.log(1 + rank);
  }
}
