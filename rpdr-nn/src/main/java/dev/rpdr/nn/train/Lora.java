package dev.rpdr.nn.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.rpdr.ModelException;
import dev.rpdr.nn.torch.Parameter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;

/** The adapters of a graph, by the weight that they stand beside. */
final class Lora {
  private final LoraOptions options;
  private final Map<String, Adapter> adapters = new LinkedHashMap<>();

  private Lora(LoraOptions options) {
    this.options = options;
  }

  /** Finds the weights that match; at least one must. */
  static Lora of(LoraOptions options, WeightNames names, Graph graph) {
    Lora lora = new Lora(options);
    Pattern pattern = Pattern.compile(options.pattern());
    for (Node node : graph.nodes()) {
      String name = names.of(node.input(1));
      if (node.op().equals(Operators.LINEAR) && pattern.matcher(name).find()) {
        boolean transposed = node.attributes().integer("transB", 0) != 0;
        lora.adapters.putIfAbsent(
            node.input(1), new Adapter(name + ".lora_A", name + ".lora_B", transposed));
      }
    }
    if (lora.adapters.isEmpty()) {
      throw new ModelException(
          "the LoRA pattern '%s' matches no weight of a matrix product; there are %s"
              .formatted(options.pattern(), names.matrices()));
    }
    return lora;
  }

  Map<String, Adapter> adapters() {
    return adapters;
  }

  /** The graph with an adapter beside each weight that matched. */
  Graph applyTo(Graph graph) {
    List<Node> nodes = new ArrayList<>();
    for (Node node : graph.nodes()) {
      Adapter adapter = node.op().equals(Operators.LINEAR) ? adapters.get(node.input(1)) : null;
      nodes.add(
          adapter == null
              ? node
              : new Node(
                  Operators.LORA_LINEAR,
                  node.name(),
                  List.of(node.input(0), node.input(1), node.input(2), adapter.a(), adapter.b()),
                  node.outputs(),
                  node.attributes()
                      .with("scale", (float) options.scale())
                      .with("dropout", (float) options.dropout())));
    }
    return graph.withNodes(nodes);
  }

  /** Start values: A uniform in ±1/√in, B zero. */
  List<Parameter> parameters(Map<String, Parameter> weights, NDManager manager, Random random) {
    List<Parameter> made = new ArrayList<>();
    adapters.forEach(
        (key, adapter) -> {
          Parameter weight = weights.get(key);
          if (weight == null) {
            throw new IllegalStateException("no weight is called '%s'".formatted(key));
          }
          Shape shape = weight.value().getShape();
          int in = (int) shape.get(adapter.transposed() ? 1 : 0);
          int out = (int) shape.get(adapter.transposed() ? 0 : 1);
          int rank = options.rank();
          if (rank > Math.min(in, out)) {
            throw new ModelException(
                "LoRA rank must be at most %d for weight '%s' [%d, %d]; got %d"
                    .formatted(Math.min(in, out), weight.name(), in, out, rank));
          }
          float[] a = new float[in * rank];
          float bound = (float) (1 / Math.sqrt(in));
          for (int i = 0; i < a.length; i++) {
            a[i] = (2 * random.nextFloat() - 1) * bound;
          }
          made.add(trainable(manager, adapter.a(), a, new Shape(in, rank)));
          made.add(trainable(manager, adapter.b(), new float[rank * out], new Shape(rank, out)));
        });
    return made;
  }

  private static Parameter trainable(NDManager manager, String name, float[] data, Shape shape) {
    try (NDArray view = manager.create(data, shape)) {
      return new Parameter(name, name, view.duplicate(), true);
    }
  }

  /** W with its adapter merged in; owned by the manager. */
  NDArray merged(String key, Map<String, Parameter> parameters, NDManager manager) {
    Adapter adapter = adapters.get(key);
    Parameter weight = parameters.get(key);
    Parameter a = adapter == null ? null : parameters.get(adapter.a());
    Parameter b = adapter == null ? null : parameters.get(adapter.b());
    if (adapter == null || weight == null || a == null || b == null) {
      throw new IllegalStateException("no adapter stands beside '%s'".formatted(key));
    }
    NDArray delta = attach(a.value().matMul(b.value()), manager);
    delta.muli((float) options.scale());
    NDArray oriented = adapter.transposed() ? attach(delta.transpose(), manager) : delta;
    return attach(weight.value().add(oriented), manager);
  }

  private static NDArray attach(NDArray array, NDManager manager) {
    array.attach(manager);
    return array;
  }

  /**
   * @param a name of A [in, rank]
   * @param b name of B [rank, out]
   * @param transposed whether the file holds W as [out, in]
   */
  record Adapter(String a, String b, boolean transposed) {}
}
