package dev.rpdr.nn.causal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.rpdr.nn.checkpoint.CausalConfig;
import dev.rpdr.nn.torch.Torch;
import org.jspecify.annotations.Nullable;

/**
 * Rotary position embedding (Su et al., "RoFormer", 2021) with the two halves of a head as pairs:
 * x·cos + (−x₂, x₁)·sin, computed as x·cos + (x₂, x₁)·(−sin, sin). Thread-safe.
 */
final class Rotary {
  private final double[] frequencies;
  private final int head;

  Rotary(CausalConfig config) {
    head = config.headSize();
    frequencies = new double[head / 2];
    for (int pair = 0; pair < frequencies.length; pair++) {
      double plain = Math.pow(config.ropeTheta(), -2.0 * pair / head);
      frequencies[pair] = config.ropeScaling().scaled(plain, pair);
    }
  }

  /**
   * @param positions [rows][length]
   * @param mask owned by the manager
   */
  Places places(NDManager manager, int[][] positions, @Nullable NDArray mask, Precision precision) {
    int rows = positions.length;
    int length = positions[0].length;
    float[] cos = new float[rows * length * head];
    float[] sin = new float[cos.length];
    for (int r = 0; r < rows; r++) {
      for (int t = 0; t < length; t++) {
        int at = (r * length + t) * head;
        for (int pair = 0; pair < frequencies.length; pair++) {
          double angle = positions[r][t] * frequencies[pair];
          int second = at + pair + frequencies.length;
          cos[at + pair] = (float) Math.cos(angle);
          cos[second] = cos[at + pair];
          sin[second] = (float) Math.sin(angle);
          sin[at + pair] = -sin[second];
        }
      }
    }
    Shape shape = new Shape(rows, length, 1, head);
    NDArray c = manager.create(cos, shape);
    NDArray s = manager.create(sin, shape);
    double scale = 1 / Math.sqrt(head);
    return new Places(
        precision.narrow(c),
        precision.narrow(s),
        precision.narrow(Torch.times(c, scale)),
        precision.narrow(Torch.times(s, scale)),
        mask);
  }

  /** Turns x [rows, length, heads, head]. */
  static NDArray turn(NDArray x, NDArray cos, NDArray sin) {
    long head = x.getShape().get(3);
    NDArray first = Torch.slice(x, 3, 0, head / 2, 1);
    NDArray second = Torch.slice(x, 3, head / 2, head, 1);
    return x.mul(cos).add(Torch.concat(second, first, 3).mul(sin));
  }
}
