package dev.rpdr.distill.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;

/**
 * ListMLE (Xia et al., "Listwise Approach to Learning to Rank", ICML 2008) on the first places: the
 * negative log-likelihood, under the Plackett-Luce model, that drawing candidates one after the
 * other gives the teacher's first p. With s in the teacher's order, the loss of a list is
 *
 * <pre>  Σ over j &lt; p of  ln Σ over k ≥ j of exp(s_k)  −  s_j</pre>
 *
 * <p>Where the teacher ties before place p, the sum ends at the tie; so the loss uses only what the
 * teacher decided. p = 1 is the softmax cross-entropy with the teacher's best.
 *
 * @param places p, ≥ 1
 */
public record ListMle(int places) implements ListLoss {
  public ListMle {
    if (places < 1) {
      throw new IllegalArgumentException("ListMLE's places must be >= 1, not " + places);
    }
  }

  @Override
  public NDArray compute(NDArray scores, ListTargets targets) {
    Losses.requireSameShape(scores, targets);
    NDArray masked = Losses.masked(scores, targets);
    NDArray loss = scores.getManager().zeros(new Shape(targets.lists()));
    int draws = Math.min(places, targets.width() - 1);
    for (int j = 0; j < draws; j++) {
      NDArray drawn = masked.get(new NDIndex(":, " + j + ":")).logSoftmax(-1).get(":, 0");
      loss = loss.sub(drawn.mul(scores.getManager().create(decided(targets, j))));
    }
    return loss.mean();
  }

  @Override
  public String label() {
    return "list-mle:" + places;
  }

  private static float[] decided(ListTargets targets, int draw) {
    float[] weights = new float[targets.lists()];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = draw < targets.decided(i) ? (float) targets.weight(i) : 0;
    }
    return weights;
  }
}
