package dev.rpdr.nn.train;

/** Outputs of a model, by this package and by ONNX Runtime. */
final class TestOutputs {
  private TestOutputs() {}

  static float[] of(TrainableGraph graph, long[][] ids, long[][] mask) {
    return graph.evaluate(forward -> forward.run(ids, mask, null).toFloatArray());
  }

  static float[] of(byte[] onnx, long[][] ids, long[][] mask) {
    String output = OnnxFile.parse(onnx).getGraph().getOutput(0).getName();
    return Verification.onnxRuntime(onnx, output, Inputs.of(ids, mask, null));
  }
}
