package dev.rpdr.distill;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.rpdr.nn.ModelFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** {@link SmallEncoder} with an untrained head on the first token: one logit a pair. */
final class SmallCrossEncoder {
  private static final int HIDDEN = 384;

  private SmallCrossEncoder() {}

  /** Writes the cross-encoder into a folder, in the layout of bge-reranker's export. */
  static ModelFiles write(Path folder) {
    try {
      ModelProto model = ModelProto.parseFrom(SmallEncoder.write(folder).onnx());
      Files.write(folder.resolve(ModelFiles.ONNX), withHead(model).toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return ModelFiles.folder(folder);
  }

  private static ModelProto withHead(ModelProto model) {
    GraphProto.Builder graph = model.getGraph().toBuilder();
    String hidden = graph.getOutput(0).getName();
    TensorProto.Builder head =
        TensorProto.newBuilder()
            .setName("head")
            .setDataType(TensorProto.DataType.FLOAT.getNumber())
            .addAllDims(List.of((long) HIDDEN, 1L));
    Random random = new Random(11);
    for (int i = 0; i < HIDDEN; i++) {
      head.addFloatData((float) random.nextGaussian());
    }
    graph
        .addInitializer(
            TensorProto.newBuilder()
                .setName("first")
                .setDataType(TensorProto.DataType.INT64.getNumber())
                .addInt64Data(0))
        .addInitializer(head)
        .addNode(
            NodeProto.newBuilder()
                .setOpType("Gather")
                .addAllInput(List.of(hidden, "first"))
                .addOutput("token")
                .addAttribute(
                    AttributeProto.newBuilder()
                        .setName("axis")
                        .setType(AttributeProto.AttributeType.INT)
                        .setI(1)))
        .addNode(
            NodeProto.newBuilder()
                .setOpType("MatMul")
                .addAllInput(List.of("token", "head"))
                .addOutput("logits"))
        .clearOutput()
        .addOutput(
            ValueInfoProto.newBuilder()
                .setName("logits")
                .setType(
                    TypeProto.newBuilder()
                        .setTensorType(
                            TypeProto.Tensor.newBuilder()
                                .setElemType(TensorProto.DataType.FLOAT.getNumber())
                                .setShape(
                                    TensorShapeProto.newBuilder()
                                        .addDim(
                                            TensorShapeProto.Dimension.newBuilder()
                                                .setDimParam("batch"))
                                        .addDim(
                                            TensorShapeProto.Dimension.newBuilder()
                                                .setDimValue(1))))));
    return model.toBuilder().setGraph(graph).build();
  }
}
