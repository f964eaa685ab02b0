package dev.rpdr.nn.train;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import com.google.protobuf.ByteString;
import dev.rpdr.ModelException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Dynamic quantisation to 8 bits: the matrices that a graph multiplies by are kept as bytes, one
 * scale a column, and what they are multiplied with is quantised as it comes, one scale a batch
 * (Jacob et al., CVPR 2018; the operators {@code DynamicQuantizeLinear} and {@code MatMulInteger}
 * of ONNX, which ONNX Runtime fuses). Embeddings, biases and all else stay in float32, and so does
 * a matrix of one column: the last layer before a score, which would save nothing.
 *
 * <p>Matrices shrink to a quarter; how much faster the model is, and how much worse, depends on
 * processor and model: measure both. Bytes are unsigned around 128, a form whose sums cannot
 * overflow on processors without VNNI. Needs operator set 11 or later.
 */
public final class Int8 {
  private static final int OPERATOR_SET = 11;
  private static final int ZERO = 128;
  private static final int LARGEST = 127;
  private static final String SUFFIX = ".int8";

  private Int8() {}

  /**
   * What became of a graph.
   *
   * @param matrices how many matrices were quantised
   * @param bytesBefore size of the file before
   * @param bytesAfter and after
   */
  public record Result(int matrices, long bytesBefore, long bytesAfter) {}

  /**
   * Quantises a graph.
   *
   * @param onnx the graph's file, weights inside
   * @param target where the quantised one is written, whole or not at all
   * @throws ModelException if the file is no ONNX graph of operator set 11 or later, is quantised
   *     already, or holds no matrix to quantise
   */
  public static Result quantize(byte[] onnx, Path target) {
    ModelProto model = OnnxFile.parse(onnx);
    long version =
        model.getOpsetImportList().stream()
            .filter(set -> set.getDomain().isEmpty())
            .mapToLong(set -> set.getVersion())
            .max()
            .orElse(0);
    if (version < OPERATOR_SET) {
      throw new ModelException(
          "quantisation needs operator set " + OPERATOR_SET + " or later, not " + version);
    }
    ModelProto quantised =
        model.toBuilder().setGraph(new Rewriting(model.getGraph()).run()).build();
    OnnxFile.write(quantised, target);
    int matrices =
        (int)
            quantised.getGraph().getNodeList().stream()
                .filter(node -> node.getOpType().equals("MatMulInteger"))
                .count();
    return new Result(matrices, onnx.length, quantised.getSerializedSize());
  }

  /** One pass over a graph. */
  private static final class Rewriting {
    private final GraphProto graph;
    private final GraphProto.Builder out;
    private final Map<String, TensorProto> matrices = new HashMap<>();
    private final Map<String, String> quantisedInputs = new HashMap<>();
    private final Set<String> stillRead = new HashSet<>();
    private final Set<String> done = new HashSet<>();

    Rewriting(GraphProto graph) {
      this.graph = graph;
      this.out = graph.toBuilder().clearNode().clearInitializer();
      for (TensorProto tensor : graph.getInitializerList()) {
        boolean matrix = tensor.getDimsCount() == 2 && tensor.getDims(1) > 1;
        if (Initializer.isFloat(tensor) && matrix) {
          matrices.put(tensor.getName(), tensor);
        }
      }
    }

    GraphProto run() {
      if (graph.getNodeList().stream().anyMatch(n -> n.getOpType().equals("MatMulInteger"))) {
        throw new ModelException("this model is quantised already");
      }
      for (NodeProto node : graph.getNodeList()) {
        TensorProto matrix =
            node.getOpType().equals("MatMul") ? matrices.get(node.getInput(1)) : null;
        if (matrix == null) {
          out.addNode(node);
          stillRead.addAll(node.getInputList());
        } else {
          multiply(node, matrix);
        }
      }
      if (done.isEmpty()) {
        throw new ModelException(
            "there is nothing to quantise: no MatMul of this model has a constant matrix");
      }
      for (TensorProto tensor : graph.getInitializerList()) {
        if (!done.contains(tensor.getName()) || stillRead.contains(tensor.getName())) {
          out.addInitializer(tensor);
        }
      }
      return out.build();
    }

    private void multiply(NodeProto node, TensorProto matrix) {
      if (done.add(matrix.getName())) {
        addQuantised(matrix);
      }
      String weight = matrix.getName() + SUFFIX;
      String x = node.getInput(0);
      String input = quantisedInputs.computeIfAbsent(x, this::quantiseInput);
      String y = node.getOutput(0);
      node("MatMulInteger", y + ".sum", input, weight, input + ".zero", weight + ".zero");
      NodeProto.Builder cast = node("Cast", y + ".float", y + ".sum");
      cast.addAttribute(
          AttributeProto.newBuilder()
              .setName("to")
              .setType(AttributeType.INT)
              .setI(DataType.FLOAT.getNumber()));
      node("Mul", y + ".scale", input + ".scale", weight + ".scale");
      node("Mul", y, y + ".float", y + ".scale");
    }

    private String quantiseInput(String x) {
      String name = x + SUFFIX;
      node("DynamicQuantizeLinear", name, x).addOutput(name + ".scale").addOutput(name + ".zero");
      return name;
    }

    private NodeProto.Builder node(String op, String output, String... inputs) {
      return out.addNodeBuilder()
          .setOpType(op)
          .setName(op + "/" + output)
          .addAllInput(List.of(inputs))
          .addOutput(output);
    }

    /** The bytes, a scale and the zero point of each column. */
    private void addQuantised(TensorProto matrix) {
      float[] values = Initializer.floats(matrix);
      int rows = (int) matrix.getDims(0);
      int columns = (int) matrix.getDims(1);
      float[] scales = new float[columns];
      for (int i = 0; i < values.length; i++) {
        scales[i % columns] = Math.max(scales[i % columns], Math.abs(values[i]));
      }
      byte[] bytes = new byte[values.length];
      for (int c = 0; c < columns; c++) {
        scales[c] = scales[c] == 0 ? 1 : scales[c] / LARGEST;
        for (int r = 0; r < rows; r++) {
          int i = r * columns + c;
          bytes[i] = (byte) (ZERO + Math.round(values[i] / scales[c]));
        }
      }
      byte[] zeros = new byte[columns];
      Arrays.fill(zeros, (byte) ZERO);
      String name = matrix.getName() + SUFFIX;
      out.addInitializer(unsigned(name, bytes).addAllDims(matrix.getDimsList()));
      out.addInitializer(unsigned(name + ".zero", zeros).addDims(columns));
      TensorProto.Builder scale =
          TensorProto.newBuilder()
              .setName(name + ".scale")
              .setDataType(DataType.FLOAT.getNumber())
              .addDims(columns);
      Initializer.replace(scale, scales);
      out.addInitializer(scale);
    }

    private static TensorProto.Builder unsigned(String name, byte[] bytes) {
      return TensorProto.newBuilder()
          .setName(name)
          .setDataType(DataType.UINT8.getNumber())
          .setRawData(ByteString.copyFrom(bytes));
    }
  }
}
