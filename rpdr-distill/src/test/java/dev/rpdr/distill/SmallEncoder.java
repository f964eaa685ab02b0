package dev.rpdr.distill;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.rpdr.nn.ModelFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The first two of all-MiniLM-L6-v2's six layers: a real encoder that trains fast. */
public final class SmallEncoder {
  private static final String OUTPUT = "/encoder/layer.1/output/LayerNorm/Add_1_output_0";

  private SmallEncoder() {}

  /** Writes the encoder into a folder. */
  public static ModelFiles write(Path folder) {
    ModelFiles whole = StudentFixture.miniLm();
    whole.copyTokenizer(folder);
    try {
      Files.write(folder.resolve(ModelFiles.ONNX), cut(whole.onnx()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return ModelFiles.folder(folder);
  }

  private static byte[] cut(byte[] onnx) throws InvalidProtocolBufferException {
    ModelProto model = ModelProto.parseFrom(onnx);
    GraphProto graph = model.getGraph();
    Map<String, NodeProto> producers = new HashMap<>();
    graph.getNodeList().forEach(node -> node.getOutputList().forEach(o -> producers.put(o, node)));
    Set<String> needed = new HashSet<>();
    Deque<String> open = new ArrayDeque<>(List.of(OUTPUT));
    while (!open.isEmpty()) {
      String name = open.pop();
      if (needed.add(name) && producers.containsKey(name)) {
        open.addAll(producers.get(name).getInputList());
      }
    }
    GraphProto.Builder small = graph.toBuilder();
    small.clearNode().clearInitializer().clearValueInfo();
    graph.getNodeList().stream()
        .filter(node -> node.getOutputList().stream().anyMatch(needed::contains))
        .forEach(small::addNode);
    graph.getInitializerList().stream()
        .filter(tensor -> needed.contains(tensor.getName()))
        .forEach(small::addInitializer);
    small.clearOutput();
    small.addOutput(graph.getOutput(0).toBuilder().setName(OUTPUT));
    return model.toBuilder().setGraph(small).build().toByteArray();
  }
}
