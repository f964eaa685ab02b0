package dev.rpdr.nn.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import org.jspecify.annotations.Nullable;

/**
 * The PyTorch operations that DJL's engine-neutral interface does not reach, or only through copies
 * and checks. The one class here that knows DJL's PyTorch binding.
 */
public final class Torch {
  private Torch() {}

  /** x · weightᵀ + bias, with x [.., in] and weight [out, in]. */
  public static NDArray linear(NDArray x, NDArray weight, @Nullable NDArray bias) {
    return JniUtils.linear(pt(x), pt(weight), bias == null ? null : pt(bias));
  }

  /** Rows of a table [rows, width] for indices of any shape. */
  public static NDArray embedding(NDArray indices, NDArray table) {
    return JniUtils.embedding(pt(indices), pt(table), false);
  }

  public static NDArray layerNorm(NDArray x, NDArray scale, NDArray shift, double epsilon) {
    return JniUtils.layerNorm(pt(x), scale.getShape(), pt(scale), pt(shift), epsilon);
  }

  /** GELU by the error function. */
  public static NDArray gelu(NDArray x) {
    return JniUtils.gelu(pt(x));
  }

  public static NDArray softmax(NDArray x, int axis) {
    return JniUtils.softmax(pt(x), axis, DataType.FLOAT32);
  }

  public static NDArray logSoftmax(NDArray x, int axis) {
    return JniUtils.logSoftmax(pt(x), axis, DataType.FLOAT32);
  }

  /**
   * x · factor, safe under autograd. DJL's {@code x.mul(number)} and {@code x.div(number)} are not:
   * they wrap the number in Java memory that autograd keeps for the backward pass and the garbage
   * collector may have freed by then, so that gradients are now and then garbage.
   */
  public static NDArray times(NDArray x, double factor) {
    try (NDArray number = x.getManager().full(new Shape(), (float) factor, DataType.FLOAT32)) {
      return x.mul(number);
    }
  }

  /** A copy as bfloat16, which DJL has no name for: never ask such an array for its type. */
  public static NDArray toBrain(NDArray x) {
    return Casts.BRAIN.call(x);
  }

  /** A copy as IEEE half precision. */
  public static NDArray toHalf(NDArray x) {
    return Casts.HALF.call(x);
  }

  /**
   * The same numbers with 32 bits. These three pass gradients on, which {@code toType} does not: to
   * autograd what it returns is a constant.
   */
  public static NDArray toFloat(NDArray x) {
    return Casts.FLOAT.call(x);
  }

  /** Overwrites an array with another's numbers, in its own type. */
  public static void copyInto(NDArray target, NDArray source) {
    Casts.COPY.call(target, source).close();
  }

  /** Casts by PyTorch's numbers of types. */
  private static final class Casts {
    static final Script HALF = Script.of("x", "return torch.to(x, 5)");
    static final Script FLOAT = Script.of("x", "return torch.to(x, 6)");
    static final Script BRAIN = Script.of("x", "return torch.to(x, 15)");
    static final Script COPY = Script.of("to, from", "return torch.copy_(to, from)");

    private Casts() {}
  }

  /** 1 / x, safe under autograd as {@link #times} is. */
  public static NDArray reciprocal(NDArray x) {
    try (NDArray one = x.getManager().ones(new Shape())) {
      return one.div(x);
    }
  }

  public static NDArray sigmoid(NDArray x) {
    return JniUtils.sigmoid(pt(x));
  }

  /** The Euclidean norm over the last axis, which is kept with size 1. */
  public static NDArray norm(NDArray x) {
    return JniUtils.norm(pt(x), 2, new int[] {x.getShape().dimension() - 1}, true);
  }

  public static NDArray concat(NDArray first, NDArray second, int axis) {
    return JniUtils.cat(new PtNDArray[] {pt(first), pt(second)}, axis);
  }

  /** Of each row of x [rows, n], the number at its index [rows, 1]. */
  public static NDArray gather(NDArray x, NDArray indices) {
    return JniUtils.gather(pt(x), pt(indices), 1);
  }

  public static NDArray dropout(NDArray x, double rate) {
    return JniUtils.dropout(pt(x), rate, true);
  }

  public static NDArray where(NDArray condition, NDArray yes, NDArray no) {
    return JniUtils.where(pt(condition), pt(yes), pt(no));
  }

  public static NDArray permute(NDArray x, int[] axes) {
    return x.transpose(axes);
  }

  public static NDArray slice(NDArray x, int axis, long start, long end, long step) {
    return JniUtils.slice(pt(x), axis, start, end, step);
  }

  public static NDArray mean(NDArray x, int axis, boolean keep) {
    return JniUtils.mean(pt(x), axis, keep);
  }

  public static NDArray max(NDArray x, int axis, boolean keep) {
    return JniUtils.max(pt(x), axis, keep);
  }

  public static NDArray min(NDArray x, int axis, boolean keep) {
    return JniUtils.min(pt(x), axis, keep);
  }

  /** A view with the same values in one dimension. */
  public static NDArray flat(NDArray x) {
    return x.reshape(new Shape(-1));
  }

  /** The gradient of a leaf, or null where the loss did not depend on it. */
  public static @Nullable NDArray gradient(NDArray leaf) {
    return JniUtils.getGradient(pt(leaf));
  }

  /**
   * A new leaf that shares the weight's memory: its gradient starts undefined, so that autograd
   * hands over the tensor it computed instead of adding it to zeros.
   */
  public static NDArray leaf(NDArray weight) {
    NDArray leaf = weight.stopGradient();
    leaf.setRequiresGradient(true);
    return leaf;
  }

  /** Adds to the gradients of all leaves what an output's gradient makes them. */
  public static void backward(NDArray output, NDArray gradient) {
    JniUtils.backward(pt(output), pt(gradient), false, false);
  }

  /** Whether this thread records operations for gradients. */
  public static void recording(boolean on) {
    JniUtils.setGradMode(on);
  }

  /** Threads that PyTorch uses within one operation. */
  public static int threads() {
    return JniUtils.getNumThreads();
  }

  public static void seed(long seed) {
    JniUtils.setSeed(seed);
  }

  /** AdamW in place; see {@link AdamW} for what the two rates are. */
  public static void adamW(
      NDArray weight,
      NDArray gradient,
      NDArray mean,
      NDArray variance,
      double rate,
      double correctedRate,
      double decay,
      double gradientScale,
      double beta1,
      double beta2,
      double epsilon) {
    JniUtils.adamUpdate(
        pt(weight),
        pt(gradient),
        pt(mean),
        pt(variance),
        (float) rate,
        (float) correctedRate,
        (float) decay,
        (float) gradientScale,
        -1,
        (float) beta1,
        (float) beta2,
        (float) epsilon,
        true);
  }

  private static PtNDArray pt(NDArray array) {
    return (PtNDArray) array;
  }
}
