package dev.rpdr.nn;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.rpdr.ModelException;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A graph that reads tokens: its inputs are {@code input_ids}, {@code attention_mask} and perhaps
 * {@code token_type_ids}, int64, [batch, sequence], both free. Thread-safe.
 */
final class OnnxGraph implements AutoCloseable {
  private static final String IDS = "input_ids";
  private static final String MASK = "attention_mask";
  private static final String TYPES = "token_type_ids";

  private final String name;
  private final OrtSession session;
  private final Device device;
  private final Map<String, TensorInfo> inputs;
  private final Map<String, TensorInfo> outputs;
  private final Lifetime lifetime;

  private OnnxGraph(
      String name,
      OnnxSessions.Opened opened,
      Map<String, TensorInfo> inputs,
      Map<String, TensorInfo> outputs) {
    this.name = name;
    session = opened.session();
    device = opened.device();
    this.inputs = inputs;
    this.outputs = outputs;
    lifetime = new Lifetime("the model " + name, OpenHandles.track(() -> close(session)));
  }

  /**
   * What a graph answered.
   *
   * @param shape the tensor's shape
   * @param data its content, row-major
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Answer(long[] shape, float[] data) {}

  /**
   * Opens a model's graph and checks what it takes.
   *
   * @throws ModelException if it cannot be opened, or takes something else than tokens
   */
  static OnnxGraph open(ModelFiles files, RunOptions run) {
    OnnxSessions.Opened opened = OnnxSessions.open(files, run);
    try {
      Map<String, TensorInfo> inputs = tensors(opened.session().getInputInfo());
      Map<String, TensorInfo> outputs = tensors(opened.session().getOutputInfo());
      checkInputs(files.name(), inputs);
      return new OnnxGraph(files.name(), opened, inputs, outputs);
    } catch (OrtException e) {
      close(opened.session());
      throw new ModelException(files.name() + ": " + e.getMessage(), e);
    } catch (RuntimeException e) {
      close(opened.session());
      throw e;
    }
  }

  String name() {
    return name;
  }

  Device device() {
    return device;
  }

  /** The tensors that come out, by name. */
  Map<String, TensorInfo> outputs() {
    return outputs;
  }

  /** All outputs with their shapes, for an error's text. */
  String describeOutputs() {
    return describe(outputs);
  }

  /** Runs a batch and copies one output, of which nothing native stays behind. */
  Answer run(TokenBatch batch, String output) {
    return lifetime.during(
        () -> {
          Map<String, OnnxTensor> tensors = new HashMap<>();
          try {
            for (String input : inputs.keySet()) {
              tensors.put(input, tensor(batch, values(batch, input)));
            }
            try (OrtSession.Result result = session.run(tensors, Set.of(output))) {
              OnnxTensor tensor = (OnnxTensor) result.get(0);
              FloatBuffer buffer = tensor.getFloatBuffer();
              float[] data = new float[buffer.remaining()];
              buffer.get(data);
              return new Answer(tensor.getInfo().getShape(), data);
            }
          } catch (OrtException e) {
            throw new ModelException(
                String.format(
                    "%s failed on a batch of %d x %d tokens: %s",
                    name, batch.size(), batch.width(), e.getMessage()),
                e);
          } finally {
            tensors.values().forEach(OnnxTensor::close);
          }
        });
  }

  @Override
  public void close() {
    lifetime.close();
  }

  private static long[] values(TokenBatch batch, String input) {
    return switch (input) {
      case IDS -> batch.ids();
      case MASK -> batch.mask();
      default -> batch.typeIds();
    };
  }

  private static OnnxTensor tensor(TokenBatch batch, long[] values) throws OrtException {
    long[] shape = {batch.size(), batch.width()};
    return OnnxTensor.createTensor(OnnxEnvironment.get(), LongBuffer.wrap(values), shape);
  }

  private static Map<String, TensorInfo> tensors(Map<String, NodeInfo> nodes) {
    Map<String, TensorInfo> tensors = new LinkedHashMap<>();
    nodes.forEach(
        (name, node) -> {
          if (node.getInfo() instanceof TensorInfo info) {
            tensors.put(name, info);
          }
        });
    return tensors;
  }

  private static void checkInputs(String model, Map<String, TensorInfo> inputs) {
    List<String> wrong = new ArrayList<>();
    for (String required : List.of(IDS, MASK)) {
      if (!inputs.containsKey(required)) {
        wrong.add(required + " is missing");
      }
    }
    inputs.forEach(
        (name, info) -> {
          if (!Set.of(IDS, MASK, TYPES).contains(name)) {
            wrong.add(name + " is not known");
          } else if (info.type != OnnxJavaType.INT64 || !isFreeMatrix(info.getShape())) {
            wrong.add(name + " has another type or shape");
          }
        });
    if (!wrong.isEmpty()) {
      throw new ModelException(
          String.format(
              "%s does not read tokens as expected: %s. Its inputs are %s; needed are int64 [batch,"
                  + " sequence], both free: %s, %s and, if the model has it, %s",
              model, String.join(", ", wrong), describe(inputs), IDS, MASK, TYPES));
    }
  }

  private static boolean isFreeMatrix(long[] shape) {
    return shape.length == 2 && shape[0] < 0 && shape[1] < 0;
  }

  private static String describe(Map<String, TensorInfo> tensors) {
    List<String> all = new ArrayList<>();
    tensors.forEach((name, info) -> all.add(name + " " + describe(info)));
    return String.join(", ", all);
  }

  static String describe(TensorInfo info) {
    List<String> dimensions = new ArrayList<>();
    for (long dimension : info.getShape()) {
      dimensions.add(dimension < 0 ? "?" : Long.toString(dimension));
    }
    return info.type + " [" + String.join(", ", dimensions) + "]";
  }

  private static void close(OrtSession session) {
    try {
      session.close();
    } catch (OrtException e) {
      throw new ModelException("ONNX Runtime cannot close a session: " + e.getMessage(), e);
    }
  }
}
