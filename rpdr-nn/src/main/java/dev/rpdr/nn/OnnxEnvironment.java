package dev.rpdr.nn;

import ai.onnxruntime.OrtEnvironment;

/**
 * ONNX Runtime's environment, of which a process has one. It is made on a deep stack: see {@link
 * DeepStack}. Thread-safe.
 */
public final class OnnxEnvironment {
  private OnnxEnvironment() {}

  /** The environment, made at the first call; nobody closes it. */
  public static OrtEnvironment get() {
    return Holder.ENVIRONMENT;
  }

  /** Loaded, and so made, when first asked for. */
  private static final class Holder {
    static final OrtEnvironment ENVIRONMENT =
        DeepStack.call(OrtEnvironment::getEnvironment, RuntimeException.class);
  }
}
