package dev.rpdr.distill.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.rpdr.nn.torch.Torch;
import java.util.Arrays;
import java.util.function.IntFunction;

/** What the losses share. */
final class Losses {
  /** Added to the score of an absent column: its probability is then 0 in float32. */
  private static final float NEVER = -1e9f;

  private Losses() {}

  /** Refuses scores whose shape is not that of the targets. */
  static void requireSameShape(NDArray scores, ListTargets targets) {
    Shape needed = new Shape(targets.lists(), targets.width());
    if (!scores.getShape().equals(needed)) {
      throw new IllegalArgumentException(
          "scores have shape " + scores.getShape() + ", but their targets " + needed);
    }
  }

  /**
   * The loss of lists of both kinds: those with a distribution by their divergence from it, the
   * others by {@code loss}.
   */
  static NDArray of(ListLoss loss, NDArray scores, ListTargets targets) {
    if (targets.soft() == 0 || loss instanceof KullbackLeibler || loss instanceof Smoothed) {
      return loss.compute(scores, targets);
    }
    NDArray divergence = ListLoss.kullbackLeibler(1).compute(scores, targets.without(false));
    return targets.soft() == targets.lists()
        ? divergence
        : divergence.add(loss.compute(scores, targets.without(true)));
  }

  /**
   * The mean over lists of weight · KL(target ‖ softmax of the scores).
   *
   * @param target from a list's number to the probabilities of its columns, 0 for absent ones
   */
  static NDArray divergence(NDArray scores, ListTargets targets, IntFunction<double[]> target) {
    requireSameShape(scores, targets);
    int width = targets.width();
    float[] wanted = new float[targets.lists() * width];
    double negativeEntropy = 0;
    for (int list = 0; list < targets.lists(); list++) {
      double weight = targets.weight(list);
      double[] probabilities = target.apply(list);
      for (int column = 0; column < width; column++) {
        double p = probabilities[column];
        wanted[list * width + column] = (float) (weight * p);
        negativeEntropy += p > 0 ? weight * p * Math.log(p) : 0;
      }
    }
    NDArray array = scores.getManager().create(wanted, new Shape(targets.lists(), width));
    NDArray crossEntropy = masked(scores, targets).logSoftmax(-1).mul(array).sum().neg();
    return Torch.times(crossEntropy.add((float) negativeEntropy), 1.0 / targets.lists());
  }

  /** Numbers ≥ 0, divided by their sum. */
  static double[] normalised(double[] weights) {
    double sum = Arrays.stream(weights).sum();
    return Arrays.stream(weights).map(weight -> weight / sum).toArray();
  }

  /** The scores with all absent columns pushed out of every softmax. */
  static NDArray masked(NDArray scores, ListTargets targets) {
    float[] mask = new float[targets.lists() * targets.width()];
    boolean all = true;
    for (int i = 0; i < mask.length; i++) {
      if (!targets.isPresent(i / targets.width(), i % targets.width())) {
        mask[i] = NEVER;
        all = false;
      }
    }
    return all ? scores : scores.add(scores.getManager().create(mask, scores.getShape()));
  }
}
