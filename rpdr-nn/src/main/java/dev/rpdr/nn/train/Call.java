package dev.rpdr.nn.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.rpdr.ModelException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One execution of a node: its inputs in the form in which the operator wants them. */
final class Call {
  private final Node node;
  private final NDManager manager;
  private final List<@Nullable Value> inputs;
  private final Mode mode;

  Call(Node node, NDManager manager, List<@Nullable Value> inputs, Mode mode) {
    this.node = node;
    this.manager = manager;
    this.inputs = inputs;
    this.mode = mode;
  }

  Node node() {
    return node;
  }

  Attributes attributes() {
    return node.attributes();
  }

  NDManager manager() {
    return manager;
  }

  Mode mode() {
    return mode;
  }

  int arity() {
    return inputs.size();
  }

  boolean has(int i) {
    return i < inputs.size() && inputs.get(i) != null;
  }

  Value value(int i) {
    Value value = i < inputs.size() ? inputs.get(i) : null;
    if (value == null) {
      throw new ModelException("%s lacks input %d".formatted(node, i));
    }
    return value;
  }

  boolean onHost(int i) {
    return value(i) instanceof HostTensor;
  }

  boolean allOnHost() {
    return inputs.stream().allMatch(v -> v == null || v instanceof HostTensor);
  }

  /** An input of floats. */
  NDArray array(int i) {
    if (value(i) instanceof Value.Tensor tensor) {
      return tensor.array();
    }
    throw new ModelException(
        "input %d of %s is made of integers where floats are needed".formatted(i, node));
  }

  /** An input of integers, read back from the device where floats were cast. */
  HostTensor host(int i) {
    if (value(i) instanceof HostTensor host) {
      return host;
    }
    throw new ModelException(
        "input %d of %s is made of floats where integers are needed".formatted(i, node));
  }

  /** Axes given as an attribute (older operator sets) or as an input (newer ones). */
  long[] axes(int input) {
    return has(input) ? host(input).data() : attributes().integers("axes");
  }

  /** A condition on the device. */
  NDArray condition(int i) {
    return value(i) instanceof HostTensor host ? booleans(host) : array(i);
  }

  NDArray booleans(HostTensor host) {
    ByteBuffer bytes = manager.allocateDirect(host.data().length);
    for (long v : host.data()) {
      bytes.put((byte) v);
    }
    bytes.rewind();
    return manager.create(bytes, new Shape(host.dims()), DataType.BOOLEAN);
  }

  NDArray floats(HostTensor host) {
    float[] values = new float[host.data().length];
    for (int i = 0; i < values.length; i++) {
      values[i] = host.data()[i];
    }
    return manager.create(values, new Shape(host.dims()));
  }

  NDArray longs(HostTensor host) {
    return manager.create(host.data(), new Shape(host.dims()));
  }

  /**
   * How the graph is being run.
   *
   * @param training whether gradients are collected
   * @param dropout the rate of dropout in training
   */
  record Mode(boolean training, double dropout) {
    static final Mode EVALUATION = new Mode(false, 0);
  }
}
