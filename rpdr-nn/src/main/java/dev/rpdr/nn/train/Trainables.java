package dev.rpdr.nn.train;

import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.LinkedHashSet;
import java.util.Set;

/** Which initializers are weights: matrices, tables, biases and scales, but not lone numbers. */
final class Trainables {
  private static final Set<String> READERS =
      Set.of("Add", "Mul", "MatMul", "Gemm", "LayerNormalization", Operators.LINEAR);

  private Trainables() {}

  /** Names of the weights of a graph, in its order. */
  static Set<String> of(Graph graph) {
    Set<String> weights = new LinkedHashSet<>();
    for (Node node : graph.nodes()) {
      if (READERS.contains(node.op())) {
        node.inputs().forEach(i -> addIfWeight(graph, i, weights));
      } else if (node.op().equals("Gather") || node.op().equals("Transpose")) {
        addIfWeight(graph, node.input(0), weights);
      }
    }
    return weights;
  }

  private static void addIfWeight(Graph graph, String name, Set<String> weights) {
    TensorProto tensor = graph.constants().get(name);
    if (tensor != null
        && graph.initializers().contains(name)
        && Initializer.isFloat(tensor)
        && tensor.getDimsCount() >= 1
        && tensor.getDimsCount() <= 2) {
      weights.add(name);
    }
  }
}
