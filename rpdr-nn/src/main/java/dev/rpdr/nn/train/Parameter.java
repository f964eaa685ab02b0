package dev.rpdr.nn.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A tensor of floats that the graph reads: a constant, or a weight with what its updates need. */
final class Parameter {
  private final String key;
  private final String name;
  private final NDArray value;
  private final boolean trainable;
  private @Nullable NDArray mean;
  private @Nullable NDArray variance;

  /**
   * @param key its name in the graph
   * @param name a readable name; the same as the key unless the exporter gave it none
   * @param value the values, owned by the graph's manager
   */
  Parameter(String key, String name, NDArray value, boolean trainable) {
    this.key = key;
    this.name = name;
    this.value = value;
    this.trainable = trainable;
  }

  String key() {
    return key;
  }

  String name() {
    return name;
  }

  NDArray value() {
    return value;
  }

  boolean trainable() {
    return trainable;
  }

  /** Biases and scales do not decay. */
  boolean decays() {
    return value.getShape().dimension() > 1;
  }

  long size() {
    return value.size();
  }

  /** The running mean of gradients, zero before the first update. */
  NDArray mean() {
    if (mean == null) {
      mean = zeros();
    }
    return Objects.requireNonNull(mean);
  }

  /** The running mean of squared gradients, zero before the first update. */
  NDArray variance() {
    if (variance == null) {
      variance = zeros();
    }
    return Objects.requireNonNull(variance);
  }

  private NDArray zeros() {
    NDManager manager = value.getManager();
    return manager.zeros(value.getShape());
  }
}
