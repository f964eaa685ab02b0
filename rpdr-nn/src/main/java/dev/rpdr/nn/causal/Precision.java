package dev.rpdr.nn.causal;

import ai.djl.ndarray.NDArray;
import dev.rpdr.nn.torch.Torch;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * The type that a model's weights are held and multiplied in. Norms, softmax, losses and adapters
 * are computed with 32 bits whatever the precision.
 */
public enum Precision {
  /** 32-bit floats. */
  F32(UnaryOperator.identity(), UnaryOperator.identity()),
  /** Half of the memory, for GPUs; activations beyond 65,504 overflow. */
  F16(Torch::toHalf, Torch::toFloat),
  /**
   * Half of the memory at the range of 32-bit floats and 8 bits of precision, which is what most
   * models were trained in. Faster than 32 bits on GPUs and on processors with AVX512-BF16, AMX or
   * ARMv8.6's bfloat16; on others it works, only slowly.
   */
  BF16(Torch::toBrain, Torch::toFloat);

  private final UnaryOperator<NDArray> narrowing;
  private final UnaryOperator<NDArray> widening;

  Precision(UnaryOperator<NDArray> narrowing, UnaryOperator<NDArray> widening) {
    this.narrowing = narrowing;
    this.widening = widening;
  }

  /** What it is called in files: {@code f32}, {@code f16}, {@code bf16}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The precision of a label.
   *
   * @throws IllegalArgumentException if there is none; the message lists those that there are
   */
  public static Precision of(String label) {
    return Arrays.stream(values())
        .filter(precision -> precision.label().equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "precision '%s' is unknown; known are f32, f16, bf16".formatted(label)));
  }

  /** From 32 bits to this; the array itself where nothing changes. Gradients pass. */
  NDArray narrow(NDArray wide) {
    return narrowing.apply(wide);
  }

  /** From this to 32 bits; the array itself where nothing changes. Gradients pass. */
  NDArray widen(NDArray narrow) {
    return widening.apply(narrow);
  }
}
