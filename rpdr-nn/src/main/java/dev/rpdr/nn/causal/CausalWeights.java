package dev.rpdr.nn.causal;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.rpdr.nn.checkpoint.CausalConfig;
import dev.rpdr.nn.checkpoint.Checkpoint;
import dev.rpdr.nn.torch.DjlEngine;
import dev.rpdr.nn.torch.Torch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A checkpoint's tensors on the device. Who opens them closes them. */
final class CausalWeights implements AutoCloseable {
  /** Numbers copied to the device at once. */
  private static final int CHUNK = 1 << 22;

  private final NDManager manager;
  private final Map<String, NDArray> arrays = new HashMap<>();

  private CausalWeights(NDManager manager) {
    this.manager = manager;
  }

  static CausalWeights load(Checkpoint checkpoint, CausalOptions options) {
    Engine engine = DjlEngine.load();
    Device device = DjlEngine.device(engine, options.device());
    CausalWeights weights = new CausalWeights(engine.newBaseManager(device));
    try {
      ByteBuffer staging = ByteBuffer.allocateDirect(4 * CHUNK).order(ByteOrder.nativeOrder());
      checkpoint
          .config()
          .tensors()
          .forEach(
              (name, shape) -> {
                boolean norm = name.endsWith("norm.weight");
                Precision precision = norm ? Precision.F32 : options.precision();
                NDArray array = weights.empty(shape, precision);
                weights.arrays.put(name, array);
                weights.fill(array, checkpoint.read(name), staging);
              });
      return weights;
    } catch (RuntimeException | Error e) {
      weights.close();
      throw e;
    }
  }

  /** A zero repeated: at no time are there 32 bits for each number. */
  private NDArray empty(List<Long> sizes, Precision precision) {
    Shape shape = new Shape(sizes.stream().mapToLong(Long::longValue).toArray());
    try (NDManager scope = manager.newSubManager()) {
      NDArray zero = precision.narrow(scope.zeros(new Shape(1)));
      NDArray array = zero.broadcast(shape).duplicate();
      array.attach(manager);
      return array;
    }
  }

  private void fill(NDArray array, float[] values, ByteBuffer staging) {
    try (NDArray flat = Torch.flat(array)) {
      for (int from = 0; from < values.length; from += CHUNK) {
        int count = Math.min(CHUNK, values.length - from);
        staging.clear().limit(4 * count);
        staging.asFloatBuffer().put(values, from, count);
        try (NDManager scope = manager.newSubManager()) {
          NDArray view = scope.create(staging, new Shape(count), DataType.FLOAT32);
          Torch.copyInto(Torch.slice(flat, 0, from, from + count, 1), view);
        }
      }
    }
  }

  NDManager manager() {
    return manager;
  }

  NDArray require(String name) {
    NDArray array = arrays.get(name);
    if (array == null) {
      throw new IllegalStateException("no tensor '" + name + "'");
    }
    return array;
  }

  /** A tensor, or null where the model has none of that name. */
  @Nullable NDArray find(String name) {
    return arrays.get(name);
  }

  /** The output head [vocabulary, hidden]. */
  NDArray head() {
    NDArray own = arrays.get(CausalConfig.HEAD);
    return own == null ? require(CausalConfig.EMBEDDING) : own;
  }

  @Override
  public void close() {
    manager.close();
  }
}
