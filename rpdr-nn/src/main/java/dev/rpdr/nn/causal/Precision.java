package dev.rpdr.nn.causal;

import ai.djl.ndarray.types.DataType;

/**
 * The type that a model's weights are held and multiplied in; adapters are always 32 bits. There is
 * no bfloat16: DJL's binding ends the process when it meets that type (0.35.1). Checkpoints of it
 * are read all the same.
 */
public enum Precision {
  /** 32-bit floats. */
  F32(DataType.FLOAT32),
  /** Half of the memory, for GPUs; activations beyond 65,504 overflow. */
  F16(DataType.FLOAT16);

  private final DataType type;

  Precision(DataType type) {
    this.type = type;
  }

  DataType type() {
    return type;
  }
}
