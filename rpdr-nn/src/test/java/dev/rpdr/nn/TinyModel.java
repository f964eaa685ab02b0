package dev.rpdr.nn;

import ai.onnx.proto.OnnxMl;
import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Graphs of a few nodes and a tokenizer of a few words, to open what no real model is. */
final class TinyModel {
  /** Words w0 to w9 behind [PAD] 0, [CLS] 1, [SEP] 2 and [UNK] 3. */
  static final int VOCABULARY = 14;

  static final int DIMENSION = 4;
  static final List<String> TOKEN_INPUTS = List.of("input_ids", "attention_mask");

  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("tiny");

  private TinyModel(List<String> inputs) {
    inputs.forEach(name -> input(name, TensorProto.DataType.INT64, -1, -1));
  }

  /** Token vectors looked up in a table: token i has i in its first dimension and 1 elsewhere. */
  static TinyModel encoder(List<String> inputs, int vocabulary) {
    TinyModel model = new TinyModel(inputs);
    model.table("table", vocabulary);
    model.node("Gather", List.of("table", "input_ids"), "last_hidden_state");
    return model.output("last_hidden_state", TensorProto.DataType.FLOAT, -1, -1, DIMENSION);
  }

  /** As {@link #encoder}, but it knows only so many positions. */
  static TinyModel encoderOfLength(int positions) {
    TinyModel model = new TinyModel(TOKEN_INPUTS);
    model.table("table", VOCABULARY);
    model.table("positions", positions + 1);
    model.vector("axis", 1);
    model.node("Gather", List.of("table", "input_ids"), "words");
    model.node("CumSum", List.of("attention_mask", "axis"), "places");
    model.node("Gather", List.of("positions", "places"), "placed");
    model.node("Add", List.of("words", "placed"), "last_hidden_state");
    return model.output("last_hidden_state", TensorProto.DataType.FLOAT, -1, -1, DIMENSION);
  }

  /** A graph that pools by itself. */
  static TinyModel pooling() {
    TinyModel model = encoder(TOKEN_INPUTS, VOCABULARY);
    model.graph.clearOutput();
    model.max("last_hidden_state", "sentence_embedding");
    return model.output("sentence_embedding", TensorProto.DataType.FLOAT, -1, DIMENSION);
  }

  /** A graph whose output for a token is its id. */
  static TinyModel tokenScorer() {
    TinyModel model = new TinyModel(TOKEN_INPUTS);
    model.node("Mul", TOKEN_INPUTS, "real");
    model.graph.addNode(
        NodeProto.newBuilder()
            .setOpType("Cast")
            .addInput("real")
            .addOutput(ListScorer.OUTPUT)
            .addAttribute(integer("to", TensorProto.DataType.FLOAT.getNumber())));
    return model.output(ListScorer.OUTPUT, TensorProto.DataType.FLOAT, -1, -1);
  }

  /** A cross-encoder whose score is the sum of the ids of a pair's tokens, padding not counted. */
  static TinyModel scorer(String output, boolean keepColumn) {
    TinyModel model = new TinyModel(TOKEN_INPUTS);
    model.node("Mul", TOKEN_INPUTS, "real");
    model.graph.addNode(
        NodeProto.newBuilder()
            .setOpType("Cast")
            .addInput("real")
            .addOutput("floats")
            .addAttribute(integer("to", TensorProto.DataType.FLOAT.getNumber())));
    model.vector("axes", 1);
    model.graph.addNode(
        NodeProto.newBuilder()
            .setOpType("ReduceSum")
            .addInput("floats")
            .addInput("axes")
            .addOutput(output)
            .addAttribute(integer("keepdims", keepColumn ? 1 : 0)));
    return keepColumn
        ? model.output(output, TensorProto.DataType.FLOAT, -1, 1)
        : model.output(output, TensorProto.DataType.FLOAT, -1);
  }

  TinyModel input(String name, TensorProto.DataType type, int... shape) {
    graph.addInput(value(name, type, shape));
    return this;
  }

  TinyModel output(String name, TensorProto.DataType type, int... shape) {
    graph.addOutput(value(name, type, shape));
    return this;
  }

  /** Token vectors under another name as well. */
  TinyModel outputAlso(String from, String name) {
    return outputAlso(from, name, TensorProto.DataType.FLOAT, -1, -1, DIMENSION);
  }

  /** A tensor under another name, declared as given. */
  TinyModel outputAlso(String from, String name, TensorProto.DataType type, int... shape) {
    node("Identity", List.of(from), name);
    return output(name, type, shape);
  }

  TinyModel withoutOutputs() {
    graph.clearOutput();
    return this;
  }

  byte[] bytes() {
    return ModelProto.newBuilder()
        .setIrVersion(7)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(13))
        .setGraph(graph)
        .build()
        .toByteArray();
  }

  /** Writes the graph and the tokenizer into a folder. */
  ModelFiles in(Path folder) {
    write(folder, bytes(), tokenizer());
    return ModelFiles.folder(folder);
  }

  static void write(Path folder, byte[] onnx, String tokenizer) {
    try {
      Files.createDirectories(folder);
      Files.write(folder.resolve(ModelFiles.ONNX), onnx);
      Files.writeString(folder.resolve(ModelFiles.TOKENIZER), tokenizer);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A word-level tokenizer that asks, wrongly, to pad to 6 and to cut at 6. */
  static String tokenizer() {
    StringBuilder vocabulary = new StringBuilder("\"[PAD]\":0,\"[CLS]\":1,\"[SEP]\":2,\"[UNK]\":3");
    for (int i = 4; i < VOCABULARY; i++) {
      vocabulary.append(String.format(",\"w%d\":%d", i - 4, i));
    }
    return """
        {"version":"1.0",
         "truncation":{"direction":"Right","max_length":6,"strategy":"LongestFirst","stride":0},
         "padding":{"strategy":{"Fixed":6},"direction":"Right","pad_to_multiple_of":null,
                    "pad_id":0,"pad_type_id":0,"pad_token":"[PAD]"},
         "added_tokens":[],"normalizer":null,"pre_tokenizer":{"type":"Whitespace"},
         "post_processor":{"type":"TemplateProcessing",
           "single":[{"SpecialToken":{"id":"[CLS]","type_id":0}},{"Sequence":{"id":"A","type_id":0}},
                     {"SpecialToken":{"id":"[SEP]","type_id":0}}],
           "pair":[{"SpecialToken":{"id":"[CLS]","type_id":0}},{"Sequence":{"id":"A","type_id":0}},
                   {"SpecialToken":{"id":"[SEP]","type_id":0}},{"Sequence":{"id":"B","type_id":1}},
                   {"SpecialToken":{"id":"[SEP]","type_id":1}}],
           "special_tokens":{"[CLS]":{"id":"[CLS]","ids":[1],"tokens":["[CLS]"]},
                             "[SEP]":{"id":"[SEP]","ids":[2],"tokens":["[SEP]"]}}},
         "decoder":null,
         "model":{"type":"WordLevel","vocab":{VOCABULARY},"unk_token":"[UNK]"}}
        """
        .replace("VOCABULARY", vocabulary);
  }

  private void table(String name, int rows) {
    TensorProto.Builder table =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(TensorProto.DataType.FLOAT.getNumber())
            .addDims(rows)
            .addDims(DIMENSION);
    for (int row = 0; row < rows; row++) {
      table.addFloatData(row);
      for (int d = 1; d < DIMENSION; d++) {
        table.addFloatData(1);
      }
    }
    graph.addInitializer(table);
  }

  private void vector(String name, long value) {
    graph.addInitializer(
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(TensorProto.DataType.INT64.getNumber())
            .addDims(1)
            .addInt64Data(value));
  }

  private void node(String type, List<String> inputs, String output) {
    graph.addNode(NodeProto.newBuilder().setOpType(type).addAllInput(inputs).addOutput(output));
  }

  private void max(String input, String output) {
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType("ReduceMax")
            .addInput(input)
            .addOutput(output)
            .addAttribute(integer("keepdims", 0))
            .addAttribute(
                AttributeProto.newBuilder()
                    .setName("axes")
                    .setType(AttributeProto.AttributeType.INTS)
                    .addInts(1)));
  }

  private static AttributeProto.Builder integer(String name, int value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value);
  }

  private static ValueInfoProto value(String name, TensorProto.DataType type, int... shape) {
    TensorShapeProto.Builder dimensions = TensorShapeProto.newBuilder();
    for (int i = 0; i < shape.length; i++) {
      OnnxMl.TensorShapeProto.Dimension.Builder dimension = TensorShapeProto.Dimension.newBuilder();
      dimensions.addDim(
          shape[i] < 0 ? dimension.setDimParam("d" + i) : dimension.setDimValue(shape[i]));
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder()
                        .setElemType(type.getNumber())
                        .setShape(dimensions)))
        .build();
  }
}
