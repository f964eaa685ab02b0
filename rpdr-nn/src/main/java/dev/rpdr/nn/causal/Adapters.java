package dev.rpdr.nn.causal;

import ai.djl.ndarray.NDArray;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The low-rank matrices that stand beside a model's projections during one pass.
 *
 * @param arrays A [rank, in] and B [out, rank] by {@link LoraAdapter}'s names
 * @param scale what their product is multiplied by
 * @param dropout the share of inputs dropped, 0 outside training
 */
record Adapters(Map<String, NDArray> arrays, float scale, double dropout) {
  static final Adapters NONE = new Adapters(Map.of(), 1, 0);

  /** A of a projection, or null where none stands beside it. */
  @Nullable NDArray a(String projection) {
    return arrays.get(LoraAdapter.a(projection));
  }

  /** The scoring head [1, hidden] of a training. */
  NDArray head() {
    return Objects.requireNonNull(arrays.get(AdapterParameters.HEAD), AdapterParameters.HEAD);
  }

  /** B of a projection that has A. */
  NDArray b(String projection) {
    NDArray b = arrays.get(LoraAdapter.b(projection));
    if (b == null) {
      throw new IllegalStateException("no B beside " + projection);
    }
    return b;
  }
}
