package dev.rpdr.nn.train;

import ai.djl.ndarray.NDArray;

/**
 * What flows along an edge of the graph. Integers and booleans are shapes, indices and masks: they
 * stay on the host, where reading one costs nothing. Floats are tensors on the device.
 */
sealed interface Value permits HostTensor, Value.Tensor {
  /** The sizes of the dimensions; empty for a scalar. */
  long[] dims();

  /** A tensor on the device. */
  record Tensor(NDArray array) implements Value {
    @Override
    public long[] dims() {
      return array.getShape().getShape();
    }
  }
}
