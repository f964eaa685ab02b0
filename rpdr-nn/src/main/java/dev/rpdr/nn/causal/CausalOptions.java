package dev.rpdr.nn.causal;

import dev.rpdr.nn.torch.DjlEngine;
import java.util.Objects;

/**
 * How a causal language model is run.
 *
 * @param device {@code cpu}, {@code cuda} or {@code cuda:N}; CUDA needs a CUDA build of LibTorch,
 *     see the error that its absence raises
 * @param precision what the weights are held in
 */
public record CausalOptions(String device, Precision precision) {
  public CausalOptions {
    Objects.requireNonNull(device, "device");
    Objects.requireNonNull(precision, "precision");
    if (!DjlEngine.isDevice(device)) {
      throw new IllegalArgumentException(
          "device must be cpu, cuda or cuda:N; got '%s'".formatted(device));
    }
  }

  /** 32 bits on the processor. */
  public static CausalOptions defaults() {
    return new CausalOptions("cpu", Precision.F32);
  }

  public CausalOptions withDevice(String device) {
    return new CausalOptions(device, precision);
  }

  public CausalOptions withPrecision(Precision precision) {
    return new CausalOptions(device, precision);
  }
}
