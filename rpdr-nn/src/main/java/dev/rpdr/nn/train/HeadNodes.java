package dev.rpdr.nn.train;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.rpdr.ModelException;
import dev.rpdr.nn.ListScorer;
import dev.rpdr.nn.Pooling;
import java.util.List;

/**
 * Appends nodes to a model. Every name starts with {@code head/} or {@code head.}; only forms are
 * used that mean the same in all operator sets from 9 on.
 */
final class HeadNodes {
  /** The name of the output of a graph with a head. */
  static final String SCORE = "score";

  /** The name of the output of a graph with a head for tokens. */
  static final String TOKEN_SCORE = ListScorer.OUTPUT;

  private final GraphProto.Builder graph;
  private int vectors;

  HeadNodes(ModelProto.Builder model) {
    this.graph = model.getGraphBuilder();
    if (graph.getInitializerList().stream().anyMatch(t -> t.getName().startsWith("head."))) {
      throw new ModelException(
          "the model has a head of ours already: train its output 'score' without a new head");
    }
  }

  void initializer(String name, float[] values, long... dims) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setName(name).setDataType(DataType.FLOAT.getNumber());
    for (long d : dims) {
      tensor.addDims(d);
    }
    Initializer.replace(tensor, values);
    graph.addInitializer(tensor);
  }

  private String integers(long... values) {
    String name = "head.shape." + vectors++;
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(DataType.INT64.getNumber())
            .addDims(values.length);
    for (long v : values) {
      tensor.addInt64Data(v);
    }
    graph.addInitializer(tensor);
    return name;
  }

  private String constant(String name, float value) {
    initializer("head." + name, new float[] {value});
    return "head." + name;
  }

  private NodeProto.Builder node(String op, String output, String... inputs) {
    return graph
        .addNodeBuilder()
        .setOpType(op)
        .setName("head/" + output)
        .addAllInput(List.of(inputs))
        .addOutput("head/" + output);
  }

  private String add(String op, String output, String... inputs) {
    return node(op, output, inputs).getOutput(0);
  }

  /** Hidden states [batch, length, hidden] to [batch, hidden]. */
  String pool(String hidden, Pooling pooling) {
    return switch (pooling) {
      case IN_GRAPH -> hidden;
      case CLS -> first(hidden);
      case MEAN -> mean(hidden);
    };
  }

  private String first(String hidden) {
    graph.addInitializer(
        TensorProto.newBuilder()
            .setName("head.first")
            .setDataType(DataType.INT64.getNumber())
            .addInt64Data(0));
    NodeProto.Builder gather = node("Gather", "cls", hidden, "head.first");
    gather.addAttribute(integer("axis", 1));
    return gather.getOutput(0);
  }

  /** Shares of the mask [batch, 1, length] times hidden states: the mean over unmasked tokens. */
  private String mean(String hidden) {
    boolean masked = graph.getInputList().stream().anyMatch(i -> i.getName().equals(Inputs.MASK));
    if (!masked) {
      throw new ModelException(
          "mean pooling needs the input '%s', which the model lacks".formatted(Inputs.MASK));
    }
    NodeProto.Builder cast = node("Cast", "mask", Inputs.MASK);
    cast.addAttribute(integer("to", DataType.FLOAT.getNumber()));
    String row = add("Reshape", "mask_row", cast.getOutput(0), integers(0, 1, -1));
    String column = add("Reshape", "mask_column", cast.getOutput(0), integers(0, -1, 1));
    String sum = add("MatMul", "sum", row, hidden);
    String count = add("MatMul", "count", row, column);
    String atLeast = add("Max", "count_not_zero", count, constant("tiny", 1e-9f));
    String mean = add("Div", "mean_row", sum, atLeast);
    return add("Reshape", "mean", mean, integers(0, -1));
  }

  String linear(String name, String x, String weight, String bias) {
    return add("Gemm", name, x, weight, bias);
  }

  String tanh(String x) {
    return add("Tanh", "tanh", x);
  }

  String gelu(String x) {
    String scaled = add("Div", "gelu_scaled", x, constant("sqrt2", (float) Math.sqrt(2)));
    String erf = add("Erf", "gelu_erf", scaled);
    String sum = add("Add", "gelu_sum", erf, constant("one", 1));
    String product = add("Mul", "gelu_product", x, sum);
    return add("Mul", "gelu", product, constant("half", 0.5f));
  }

  /** The last layer: its output becomes the model's only one. */
  void score(String x, String weight, String bias) {
    NodeProto.Builder gemm = node("Gemm", SCORE, x, weight, bias);
    gemm.setOutput(0, SCORE);
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    shape.addDimBuilder().setDimParam("batch_size");
    shape.addDimBuilder().setDimValue(1);
    output(SCORE, shape);
  }

  /** The last layer of a head for tokens: [batch, length, hidden] to [batch, length]. */
  void tokenScore(String hidden, String weight) {
    String column = add("MatMul", "token_score_column", hidden, weight);
    NodeProto.Builder reshape = node("Reshape", TOKEN_SCORE, column, integers(0, -1));
    reshape.setOutput(0, TOKEN_SCORE);
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    shape.addDimBuilder().setDimParam("batch_size");
    shape.addDimBuilder().setDimParam("sequence_length");
    output(TOKEN_SCORE, shape);
  }

  private void output(String name, TensorShapeProto.Builder shape) {
    TypeProto.Tensor.Builder type =
        TypeProto.Tensor.newBuilder().setElemType(DataType.FLOAT.getNumber()).setShape(shape);
    graph
        .clearOutput()
        .addOutput(
            ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder().setTensorType(type)));
  }

  private static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder().setName(name).setType(AttributeType.INT).setI(value).build();
  }
}
