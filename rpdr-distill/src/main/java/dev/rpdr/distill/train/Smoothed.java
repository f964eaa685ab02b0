package dev.rpdr.distill.train;

import ai.djl.ndarray.NDArray;
import dev.rpdr.nn.torch.Torch;
import java.util.Objects;

/**
 * Label smoothing (Szegedy et al., "Rethinking the Inception Architecture for Computer Vision",
 * CVPR 2016): a share of the target is spread evenly over all candidates of the list, so that a
 * wrong label of the teacher costs less and no score runs away. It is
 *
 * <pre>  (1 − share) · loss + share · KL(even ‖ softmax of the scores)</pre>
 *
 * which for {@link FirstPlace}, {@link ListNet} and {@link KullbackLeibler} is, but for a constant,
 * the loss with the smoothed target; for the others it is the same pull towards even scores.
 *
 * @param loss any other loss
 * @param share 0 &lt; share &lt; 1
 */
public record Smoothed(ListLoss loss, double share) implements ListLoss {
  public Smoothed {
    Objects.requireNonNull(loss, "loss");
    if (loss instanceof Smoothed) {
      throw new IllegalArgumentException("the loss " + loss.label() + " is smoothed already");
    }
    if (!(share > 0 && share < 1)) {
      throw new IllegalArgumentException(
          "label smoothing must be above 0 and below 1, not " + share);
    }
  }

  @Override
  public NDArray compute(NDArray scores, ListTargets targets) {
    NDArray even = Losses.divergence(scores, targets, list -> even(targets, list));
    return Torch.times(Losses.of(loss, scores, targets), 1 - share).add(Torch.times(even, share));
  }

  @Override
  public String label() {
    return "smoothed:" + share + ":" + loss.label();
  }

  private static double[] even(ListTargets targets, int list) {
    double[] weights = new double[targets.width()];
    for (int column = 0; column < weights.length; column++) {
      weights[column] = targets.isPresent(list, column) ? 1 : 0;
    }
    return Losses.normalised(weights);
  }
}
