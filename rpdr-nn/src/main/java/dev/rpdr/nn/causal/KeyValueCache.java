package dev.rpdr.nn.causal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.rpdr.nn.torch.Torch;
import org.jspecify.annotations.Nullable;

/** Keys and values of what one sequence has shown so far, by layer. Not thread-safe. */
final class KeyValueCache {
  private final NDManager manager;
  private final @Nullable NDArray[] keys;
  private final @Nullable NDArray[] values;
  private int length;

  /**
   * @param manager owns the arrays
   */
  KeyValueCache(NDManager manager, int layers) {
    this.manager = manager;
    keys = new @Nullable NDArray[layers];
    values = new @Nullable NDArray[layers];
  }

  /** Tokens held by all layers. */
  int length() {
    return length;
  }

  /** All keys of a layer, with these [rows, heads, new, head] behind. */
  NDArray keys(int layer, NDArray more) {
    return keys[layer] = joined(keys[layer], more);
  }

  /** All values of a layer, with these behind. */
  NDArray values(int layer, NDArray more) {
    return values[layer] = joined(values[layer], more);
  }

  /** Says that every layer has taken so many more. */
  void grew(int tokens) {
    length += tokens;
  }

  private NDArray joined(@Nullable NDArray before, NDArray more) {
    NDArray all = before == null ? more.duplicate() : Torch.concat(before, more, 2);
    all.attach(manager);
    if (before != null) {
      before.close();
    }
    return all;
  }
}
