package dev.rpdr.nn.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A tensor of floats: a constant, or a weight with what its updates need. Not thread-safe. */
public final class Parameter {
  private final String key;
  private final String name;
  private final NDArray value;
  private final boolean trainable;
  private @Nullable NDArray mean;
  private @Nullable NDArray variance;

  /**
   * @param key its name in the model
   * @param name a readable name; may be the key
   * @param value the values, owned by the model's manager
   */
  public Parameter(String key, String name, NDArray value, boolean trainable) {
    this.key = key;
    this.name = name;
    this.value = value;
    this.trainable = trainable;
  }

  public String key() {
    return key;
  }

  public String name() {
    return name;
  }

  public NDArray value() {
    return value;
  }

  public boolean trainable() {
    return trainable;
  }

  /** Biases and scales do not decay. */
  public boolean decays() {
    return value.getShape().dimension() > 1;
  }

  public long size() {
    return value.size();
  }

  /** The running mean of gradients, zero before the first update. */
  public NDArray mean() {
    if (mean == null) {
      mean = zeros();
    }
    return Objects.requireNonNull(mean);
  }

  /** The running mean of squared gradients, zero before the first update. */
  public NDArray variance() {
    if (variance == null) {
      variance = zeros();
    }
    return Objects.requireNonNull(variance);
  }

  /** Takes up the running means of an optimizer that this parameter's goes on for. */
  public void restore(float[] mean, float[] variance) {
    this.mean = copy(mean);
    this.variance = copy(variance);
  }

  private NDArray copy(float[] values) {
    try (NDArray view = value.getManager().create(values, value.getShape())) {
      return view.duplicate();
    }
  }

  private NDArray zeros() {
    NDManager manager = value.getManager();
    return manager.zeros(value.getShape());
  }
}
