package dev.rpdr.nn.train;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.rpdr.ModelException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a model computes: the nodes that its chosen output depends on, in an order in which they can
 * be executed, with constants taken out of them.
 *
 * @param nodes the operations
 * @param constants tensors by name: initializers and the values of Constant nodes
 * @param initializers names of those constants that lie in the file as initializers
 * @param inputs names of the model's inputs, in its order
 * @param output name of the value that is computed
 */
record Graph(
    List<Node> nodes,
    Map<String, TensorProto> constants,
    Set<String> initializers,
    List<String> inputs,
    String output) {
  private static final Set<String> ONNX_DOMAINS = Set.of("", "ai.onnx");

  /** Reads a model; {@code outputName} is empty for the first output. */
  static Graph of(ModelProto model, String outputName) {
    GraphProto proto = model.getGraph();
    if (proto.getNodeCount() == 0 || proto.getOutputCount() == 0) {
      throw new ModelException("the model has no nodes or no output: is it an ONNX file?");
    }
    if (proto.getSparseInitializerCount() > 0) {
      throw new ModelException("the model has sparse initializers, which are not supported");
    }
    Map<String, TensorProto> constants = new LinkedHashMap<>();
    proto.getInitializerList().forEach(t -> constants.put(t.getName(), t));
    Set<String> initializers = Set.copyOf(constants.keySet());
    List<String> inputs =
        proto.getInputList().stream()
            .map(ValueInfoProto::getName)
            .filter(n -> !initializers.contains(n))
            .toList();
    Reader reader = new Reader(operatorSet(model), constants);
    proto.getNodeList().forEach(reader::read);
    String output = reader.resolve(chosenOutput(proto, outputName));
    List<Node> live = live(reader.nodes, output);
    requireKnown(live);
    return new Graph(live, constants, initializers, inputs, output).pruned();
  }

  Graph withNodes(List<Node> replaced) {
    return new Graph(live(replaced, output), constants, initializers, inputs, output).pruned();
  }

  /** Forgets constants that no node reads. */
  private Graph pruned() {
    Set<String> read = new HashSet<>();
    nodes.forEach(n -> read.addAll(n.inputs()));
    Map<String, TensorProto> kept = new LinkedHashMap<>(constants);
    kept.keySet().retainAll(read);
    return new Graph(nodes, Collections.unmodifiableMap(kept), initializers, inputs, output);
  }

  private static String chosenOutput(GraphProto proto, String name) {
    List<String> names = proto.getOutputList().stream().map(ValueInfoProto::getName).toList();
    if (!name.isEmpty() && !names.contains(name)) {
      throw new ModelException("the model has no output '%s', only %s".formatted(name, names));
    }
    return name.isEmpty() ? names.get(0) : name;
  }

  private static long operatorSet(ModelProto model) {
    return model.getOpsetImportList().stream()
        .filter(o -> ONNX_DOMAINS.contains(o.getDomain()))
        .mapToLong(OperatorSetIdProto::getVersion)
        .findFirst()
        .orElseThrow(() -> new ModelException("the model names no version of ONNX's operators"));
  }

  /** The nodes that {@code output} depends on, each after those that it reads. */
  static List<Node> live(List<Node> nodes, String output) {
    Map<String, Node> producers = new HashMap<>();
    nodes.forEach(n -> n.outputs().forEach(o -> producers.put(o, n)));
    Set<Node> needed = Collections.newSetFromMap(new java.util.IdentityHashMap<>());
    Deque<String> open = new ArrayDeque<>(List.of(output));
    while (!open.isEmpty()) {
      Node node = producers.get(open.pop());
      if (node != null && needed.add(node)) {
        node.inputs().forEach(open::push);
      }
    }
    return sorted(nodes.stream().filter(needed::contains).toList(), producers);
  }

  private static List<Node> sorted(List<Node> nodes, Map<String, Node> producers) {
    List<Node> ordered = new ArrayList<>(nodes.size());
    Set<String> done = new HashSet<>();
    List<Node> waiting = nodes;
    while (!waiting.isEmpty()) {
      List<Node> next = new ArrayList<>();
      for (Node node : waiting) {
        if (node.inputs().stream().allMatch(i -> done.contains(i) || !producers.containsKey(i))) {
          ordered.add(node);
          done.addAll(node.outputs());
        } else {
          next.add(node);
        }
      }
      if (next.size() == waiting.size()) {
        throw new ModelException("the graph has a cycle through %s".formatted(next.get(0)));
      }
      waiting = next;
    }
    return ordered;
  }

  private static void requireKnown(List<Node> nodes) {
    Set<String> unknown = new TreeSet<>();
    nodes.stream().filter(n -> Operators.find(n.op()).isEmpty()).forEach(n -> unknown.add(n.op()));
    if (!unknown.isEmpty()) {
      throw new ModelException(
          ("the model uses operators that cannot be trained: %s (first at %s). Supported: %s."
                  + " Models that were optimised or quantized for inference have to be exported"
                  + " again without that")
              .formatted(
                  String.join(", ", unknown),
                  nodes.stream().filter(n -> unknown.contains(n.op())).findFirst().orElseThrow(),
                  Operators.known()));
    }
  }

  /** Takes constants and identities out while nodes are read. */
  private static final class Reader {
    private final long operatorSet;
    private final Map<String, TensorProto> constants;
    private final Map<String, String> aliases = new HashMap<>();
    private final List<Node> nodes = new ArrayList<>();

    Reader(long operatorSet, Map<String, TensorProto> constants) {
      this.operatorSet = operatorSet;
      this.constants = constants;
    }

    String resolve(String name) {
      String at = name;
      while (aliases.containsKey(at)) {
        at = aliases.getOrDefault(at, at);
      }
      return at;
    }

    void read(NodeProto proto) {
      String domain = proto.getDomain();
      String op =
          ONNX_DOMAINS.contains(domain) ? proto.getOpType() : domain + "." + proto.getOpType();
      switch (op) {
        case "Identity", "Dropout" -> aliases.put(proto.getOutput(0), proto.getInput(0));
        case "Constant" -> constants.put(proto.getOutput(0), constant(proto));
        default -> nodes.add(node(op, proto));
      }
    }

    private Node node(String op, NodeProto proto) {
      Attributes attributes = Attributes.of(proto.getAttributeList());
      if (operatorSet < 13 && (op.equals("Softmax") || op.equals("LogSoftmax"))) {
        attributes = attributes.with(NeuralOperators.FLATTENS, 1L);
      }
      List<String> inputs = proto.getInputList().stream().map(this::resolve).toList();
      String name = proto.getName().isEmpty() ? proto.getOutput(0) : proto.getName();
      return new Node(op, name, inputs, proto.getOutputList(), attributes);
    }

    private static TensorProto constant(NodeProto proto) {
      Attributes attributes = Attributes.of(proto.getAttributeList());
      TensorProto.Builder tensor = TensorProto.newBuilder().setName(proto.getOutput(0));
      if (attributes.has("value")) {
        return attributes.tensor("value").toBuilder().setName(proto.getOutput(0)).build();
      }
      if (attributes.has("value_float")) {
        return tensor
            .setDataType(TensorProto.DataType.FLOAT.getNumber())
            .addFloatData(attributes.number("value_float", 0))
            .build();
      }
      if (attributes.has("value_int")) {
        return tensor
            .setDataType(TensorProto.DataType.INT64.getNumber())
            .addInt64Data(attributes.integer("value_int", 0))
            .build();
      }
      if (attributes.has("value_ints")) {
        long[] values = attributes.integers("value_ints");
        tensor.setDataType(TensorProto.DataType.INT64.getNumber()).addDims(values.length);
        for (long v : values) {
          tensor.addInt64Data(v);
        }
        return tensor.build();
      }
      if (attributes.has("value_floats")) {
        float[] values = attributes.numbers("value_floats");
        tensor.setDataType(TensorProto.DataType.FLOAT.getNumber()).addDims(values.length);
        for (float v : values) {
          tensor.addFloatData(v);
        }
        return tensor.build();
      }
      throw new ModelException(
          "Constant node '%s' has none of the supported kinds of value".formatted(proto.getName()));
    }
  }
}
