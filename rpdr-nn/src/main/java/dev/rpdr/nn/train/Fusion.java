package dev.rpdr.nn.train;

import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Recognises what exporters have taken apart (layer normalisation, GELU, linear layers) and puts it
 * together again, so that one fused operation with its own gradient runs instead of up to ten. A
 * match replaces only the node that yields the pattern's result; what nothing reads any longer
 * falls away, and what something else still reads stays.
 */
final class Fusion {
  private final Graph graph;
  private final Map<String, Node> producers = new HashMap<>();

  private Fusion(Graph graph) {
    this.graph = graph;
    graph.nodes().forEach(n -> n.outputs().forEach(o -> producers.put(o, n)));
  }

  /** The same computation in fewer nodes. */
  static Graph apply(Graph graph) {
    Fusion fusion = new Fusion(graph);
    List<Node> nodes = new ArrayList<>(graph.nodes().size());
    for (Node node : graph.nodes()) {
      nodes.add(fusion.fused(node));
    }
    return graph.withNodes(nodes);
  }

  /**
   * Puts dropout where BERT is trained with it: on attention probabilities, and on the outputs of
   * linear layers that are added to a residual stream and then normalised.
   */
  static Graph withDropout(Graph graph) {
    Fusion fusion = new Fusion(graph);
    Set<String> dropped = new HashSet<>();
    for (Node node : graph.nodes()) {
      if (node.op().equals("Softmax")) {
        dropped.add(node.output());
      } else if (node.op().equals("LayerNormalization")) {
        Node add = fusion.producer(node.input(0), "Add");
        for (int side = 0; side < 2 && add != null; side++) {
          if (fusion.producer(add.input(side), Operators.LINEAR) != null) {
            dropped.add(add.input(side));
          }
        }
      }
    }
    List<Node> nodes = new ArrayList<>();
    for (Node node : graph.nodes()) {
      String out = node.output();
      if (!dropped.contains(out)) {
        nodes.add(node);
        continue;
      }
      String kept = out + "#kept";
      nodes.add(new Node(node.op(), node.name(), node.inputs(), List.of(kept), node.attributes()));
      nodes.add(
          new Node(
              Operators.DROPOUT,
              node.name() + "#dropout",
              List.of(kept),
              List.of(out),
              Attributes.NONE));
    }
    return graph.withNodes(nodes);
  }

  private Node fused(Node node) {
    return switch (node.op()) {
      case "Add" -> layerNorm(node).or(() -> linear(node)).orElse(node);
      case "Mul" -> gelu(node).orElse(node);
      case "MatMul" -> product(node).orElse(node);
      case "Gemm" -> gemm(node).orElse(node);
      case "Pow" ->
          isScalar(node.input(1), 2, 0)
              ? new Node(
                  Operators.SQUARE,
                  node.name(),
                  List.of(node.input(0)),
                  node.outputs(),
                  Attributes.NONE)
              : node;
      default -> node;
    };
  }

  /** (x - mean) / sqrt(mean((x - mean)²) + epsilon) · scale + shift, over the last dimension. */
  private Optional<Node> layerNorm(Node add) {
    for (int side = 0; side < 2; side++) {
      String shift = add.input(1 - side);
      Node scaled = producer(add.input(side), "Mul");
      if (scaled == null || !isVector(shift)) {
        continue;
      }
      for (int factor = 0; factor < 2; factor++) {
        String scale = scaled.input(1 - factor);
        Node normal = producer(scaled.input(factor), "Div");
        if (normal != null && isVector(scale) && sameDims(scale, shift)) {
          Optional<Node> match = layerNorm(add, normal, scale, shift);
          if (match.isPresent()) {
            return match;
          }
        }
      }
    }
    return Optional.empty();
  }

  private Optional<Node> layerNorm(Node add, Node normal, String scale, String shift) {
    Node centred = producer(normal.input(0), "Sub");
    Node root = producer(normal.input(1), "Sqrt");
    Node sum = root == null ? null : producer(root.input(0), "Add");
    if (centred == null || sum == null) {
      return Optional.empty();
    }
    for (int side = 0; side < 2; side++) {
      Float epsilon = scalar(sum.input(1 - side));
      Node variance = producer(sum.input(side), "ReduceMean");
      if (epsilon == null || variance == null || !overLast(variance)) {
        continue;
      }
      Node deviation = squared(variance.input(0));
      Node mean = producer(centred.input(1), "ReduceMean");
      String x = centred.input(0);
      boolean matches =
          deviation != null
              && deviation.op().equals("Sub")
              && deviation.input(0).equals(x)
              && isMeanOf(deviation.input(1), x)
              && mean != null
              && isMeanOf(centred.input(1), x);
      if (matches) {
        Attributes attributes = Attributes.NONE.with("epsilon", epsilon).with("axis", -1L);
        return Optional.of(
            new Node(
                "LayerNormalization",
                add.name(),
                List.of(x, scale, shift),
                add.outputs(),
                attributes));
      }
    }
    return Optional.empty();
  }

  private boolean isMeanOf(String value, String x) {
    Node mean = producer(value, "ReduceMean");
    return mean != null && mean.input(0).equals(x) && overLast(mean);
  }

  /** What is squared, by Pow or by a product with itself. */
  private @Nullable Node squared(String value) {
    Node pow = producer(value, "Pow");
    if (pow != null && isScalar(pow.input(1), 2, 0)) {
      return producers.get(pow.input(0));
    }
    Node product = producer(value, "Mul");
    return product != null && product.input(0).equals(product.input(1))
        ? producers.get(product.input(0))
        : null;
  }

  private boolean overLast(Node reduce) {
    long[] axes = reduce.attributes().integers("axes");
    TensorProto given = graph.constants().get(reduce.input(1));
    if (given != null) {
      axes = Initializer.integers(given).data();
    }
    return Arrays.equals(axes, new long[] {-1}) && reduce.attributes().integer("keepdims", 1) != 0;
  }

  /** x · ½ · (1 + erf(x / √2)), its factors in any order. */
  private Optional<Node> gelu(Node product) {
    List<String> factors = new ArrayList<>();
    for (String factor : product.inputs()) {
      Node inner = producer(factor, "Mul");
      factors.addAll(inner == null ? List.of(factor) : inner.inputs());
    }
    if (factors.size() != 3
        || !factors.removeIf(f -> isScalar(f, 0.5f, 0))
        || factors.size() != 2) {
      return Optional.empty();
    }
    for (int i = 0; i < 2; i++) {
      String x = factors.get(1 - i);
      Node sum = producer(factors.get(i), "Add");
      if (sum != null && isOnePlusErf(sum, x)) {
        return Optional.of(
            new Node("Gelu", product.name(), List.of(x), product.outputs(), Attributes.NONE));
      }
    }
    return Optional.empty();
  }

  private boolean isOnePlusErf(Node sum, String x) {
    for (int side = 0; side < 2; side++) {
      Node erf = producer(sum.input(side), "Erf");
      if (erf == null || !isScalar(sum.input(1 - side), 1, 0)) {
        continue;
      }
      Node divided = producer(erf.input(0), "Div");
      if (divided != null) {
        return divided.input(0).equals(x)
            && isScalar(divided.input(1), (float) Math.sqrt(2), 1e-5f);
      }
      Node multiplied = producer(erf.input(0), "Mul");
      if (multiplied != null) {
        int at = multiplied.input(0).equals(x) ? 1 : 0;
        return multiplied.input(1 - at).equals(x)
            && isScalar(multiplied.input(at), (float) Math.sqrt(0.5), 1e-5f);
      }
    }
    return false;
  }

  /** A product with a weight, plus a bias. */
  private Optional<Node> linear(Node add) {
    for (int side = 0; side < 2; side++) {
      Node matmul = producer(add.input(side), "MatMul");
      String bias = add.input(1 - side);
      if (matmul != null && isVector(bias)) {
        Optional<Node> product = product(matmul);
        if (product.isPresent()) {
          Node p = product.get();
          return Optional.of(
              new Node(
                  Operators.LINEAR,
                  p.name(),
                  List.of(p.input(0), p.input(1), bias),
                  add.outputs(),
                  p.attributes()));
        }
      }
    }
    return Optional.empty();
  }

  /** A product with a weight that lies in the file as it is or transposed. */
  private Optional<Node> product(Node matmul) {
    String weight = matmul.input(1);
    Attributes attributes = Attributes.NONE;
    Node transpose = producer(weight, "Transpose");
    if (transpose != null) {
      weight = transpose.input(0);
      attributes = attributes.with("transB", 1L);
    }
    TensorProto tensor = graph.constants().get(weight);
    if (tensor == null
        || !graph.initializers().contains(weight)
        || tensor.getDimsCount() != 2
        || !Initializer.isFloat(tensor)) {
      return Optional.empty();
    }
    return Optional.of(
        new Node(
            Operators.LINEAR,
            matmul.name(),
            List.of(matmul.input(0), weight),
            matmul.outputs(),
            attributes));
  }

  private Optional<Node> gemm(Node gemm) {
    Attributes a = gemm.attributes();
    TensorProto weight = graph.constants().get(gemm.input(1));
    boolean plain =
        a.number("alpha", 1) == 1
            && a.number("beta", 1) == 1
            && a.integer("transA", 0) == 0
            && weight != null
            && graph.initializers().contains(gemm.input(1))
            && (gemm.inputs().size() < 3 || isVector(gemm.input(2)));
    return plain
        ? Optional.of(
            new Node(
                Operators.LINEAR,
                gemm.name(),
                gemm.inputs(),
                gemm.outputs(),
                Attributes.NONE.with("transB", a.integer("transB", 0))))
        : Optional.empty();
  }

  private @Nullable Node producer(String value, String op) {
    Node node = producers.get(value);
    return node != null && node.op().equals(op) ? node : null;
  }

  private boolean isVector(String name) {
    TensorProto tensor = graph.constants().get(name);
    return tensor != null && tensor.getDimsCount() == 1 && Initializer.isFloat(tensor);
  }

  private boolean sameDims(String a, String b) {
    TensorProto first = graph.constants().get(a);
    TensorProto second = graph.constants().get(b);
    return first != null && second != null && first.getDimsList().equals(second.getDimsList());
  }

  private boolean isScalar(String name, float value, float tolerance) {
    Float scalar = scalar(name);
    return scalar != null && Math.abs(scalar - value) <= tolerance;
  }

  private @Nullable Float scalar(String name) {
    TensorProto tensor = graph.constants().get(name);
    if (tensor == null
        || !Initializer.isFloat(tensor)
        || HostTensor.size(Initializer.dims(tensor)) != 1) {
      return null;
    }
    return Initializer.floats(tensor)[0];
  }
}
