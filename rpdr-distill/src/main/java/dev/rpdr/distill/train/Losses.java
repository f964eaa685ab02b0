package dev.rpdr.distill.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

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
