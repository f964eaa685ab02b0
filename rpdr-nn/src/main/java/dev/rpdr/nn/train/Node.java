package dev.rpdr.nn.train;

import java.util.List;

/**
 * One operation of the graph, either as the file has it or after fusion.
 *
 * @param op the operator, with its domain where that is not ONNX's own ({@code
 *     com.microsoft.Attention})
 * @param name what the exporter called it; never empty
 * @param inputs names of values; empty where an optional one is left out
 * @param outputs names of values
 * @param attributes the attributes
 */
record Node(
    String op, String name, List<String> inputs, List<String> outputs, Attributes attributes) {
  Node {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  String input(int i) {
    return i < inputs.size() ? inputs.get(i) : "";
  }

  String output() {
    return outputs.get(0);
  }

  Node withInputs(List<String> replaced) {
    return new Node(op, name, replaced, outputs, attributes);
  }

  @Override
  public String toString() {
    return "node '%s' (%s)".formatted(name, op);
  }
}
