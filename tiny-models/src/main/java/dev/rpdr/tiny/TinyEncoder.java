package dev.rpdr.tiny;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.rpdr.nn.ModelFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/**
 * An encoder that trains in milliseconds: random vectors for the tokens of all-MiniLM-L6-v2's
 * tokenizer, and one residual layer, {@code x = table[ids]; x + x·dense}.
 */
public final class TinyEncoder {
  private static final int VOCABULARY = 30_522;
  private static final int DIMENSION = 16;
  private static final int OPSET = 13;
  private static final int IR_VERSION = 7;

  private TinyEncoder() {}

  /** Writes the encoder into a folder, made where absent; asks for the Maven artifact of MiniLM. */
  public static ModelFiles in(Path folder) throws IOException {
    Files.createDirectories(folder);
    GraphProto graph =
        GraphProto.newBuilder()
            .setName("tiny")
            .addInput(value("input_ids", DataType.INT64, "batch", "sequence"))
            .addInput(value("attention_mask", DataType.INT64, "batch", "sequence"))
            .addOutput(value("last_hidden_state", DataType.FLOAT, "batch", "sequence", "dimension"))
            .addInitializer(weights("table", VOCABULARY, 1))
            .addInitializer(weights("dense", DIMENSION, .1))
            .addNode(node("Gather", "table", "input_ids", "x"))
            .addNode(node("MatMul", "x", "dense", "y"))
            .addNode(node("Add", "x", "y", "last_hidden_state"))
            .build();
    byte[] onnx =
        ModelProto.newBuilder()
            .setIrVersion(IR_VERSION)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPSET))
            .setGraph(graph)
            .build()
            .toByteArray();
    Files.write(folder.resolve(ModelFiles.ONNX), onnx);
    ModelFiles.maven("all-minilm-l6-v2").copyTokenizer(folder);
    return ModelFiles.folder(folder);
  }

  private static NodeProto node(String type, String first, String second, String output) {
    return NodeProto.newBuilder()
        .setOpType(type)
        .addAllInput(List.of(first, second))
        .addOutput(output)
        .build();
  }

  private static TensorProto weights(String name, int rows, double scale) {
    Random random = new Random(5);
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(DataType.FLOAT.getNumber())
            .addDims(rows)
            .addDims(DIMENSION);
    for (int i = 0; i < rows * DIMENSION; i++) {
      tensor.addFloatData((float) (scale * random.nextGaussian()));
    }
    return tensor.build();
  }

  private static ValueInfoProto value(String name, DataType type, String... dims) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (String dim : dims) {
      shape.addDim(
          dim.equals("dimension")
              ? Dimension.newBuilder().setDimValue(DIMENSION)
              : Dimension.newBuilder().setDimParam(dim));
    }
    TypeProto.Tensor tensor =
        TypeProto.Tensor.newBuilder().setElemType(type.getNumber()).setShape(shape).build();
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }
}
