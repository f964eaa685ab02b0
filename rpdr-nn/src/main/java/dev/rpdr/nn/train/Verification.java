package dev.rpdr.nn.train;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.rpdr.ModelException;
import dev.rpdr.nn.DeepStack;
import dev.rpdr.nn.OnnxEnvironment;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Compares this package's execution of a graph with ONNX Runtime's. */
final class Verification {
  /** The largest difference between two outputs that is put down to rounding. */
  static final double TOLERANCE = 1e-4;

  private Verification() {}

  /**
   * Refuses an output that is not ONNX Runtime's.
   *
   * @param actual what was computed here, row-major
   */
  static void requireSame(
      byte[] onnx, String output, Map<String, HostTensor> inputs, float[] actual) {
    double difference = difference(onnxRuntime(onnx, output, inputs), actual);
    if (!(difference < TOLERANCE)) {
      throw new ModelException(
          "this model computes something else here than in ONNX Runtime: output '%s' differs by %.3g, at most %.0e is allowed"
              .formatted(output, difference, TOLERANCE));
    }
  }

  /** The output of ONNX Runtime, row-major. */
  static float[] onnxRuntime(byte[] onnx, String output, Map<String, HostTensor> inputs) {
    Map<String, OnnxTensor> fed = new HashMap<>();
    OrtEnvironment environment = OnnxEnvironment.get();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        OrtSession session =
            DeepStack.call(() -> environment.createSession(onnx, options), OrtException.class)) {
      Set<String> expected = session.getInputNames();
      for (Map.Entry<String, HostTensor> input : inputs.entrySet()) {
        HostTensor host = input.getValue();
        if (expected.contains(input.getKey())) {
          fed.put(
              input.getKey(),
              OnnxTensor.createTensor(environment, LongBuffer.wrap(host.data()), host.dims()));
        }
      }
      try (OrtSession.Result result = session.run(fed, Set.of(output))) {
        FloatBuffer floats = ((OnnxTensor) result.get(0)).getFloatBuffer();
        float[] values = new float[floats.remaining()];
        floats.get(values);
        return values;
      }
    } catch (OrtException e) {
      throw new ModelException("ONNX Runtime cannot run the model: " + e.getMessage(), e);
    } finally {
      fed.values().forEach(OnnxTensor::close);
    }
  }

  /** The largest absolute difference; infinite where one is not a number or lengths differ. */
  static double difference(float[] a, float[] b) {
    if (a.length != b.length) {
      return Double.POSITIVE_INFINITY;
    }
    double largest = 0;
    for (int i = 0; i < a.length; i++) {
      double d = Math.abs((double) a[i] - b[i]);
      if (Double.isNaN(d)) {
        return Double.POSITIVE_INFINITY;
      }
      largest = Math.max(largest, d);
    }
    return largest;
  }
}
