package dev.rpdr.nn.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataLocation;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import com.google.protobuf.ByteString;
import dev.rpdr.ModelException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;

class GraphErrorsTest {
  private static final TrainingOptions OPTIONS = TrainingOptions.of(1);

  private static AbstractThrowableAssert<?, ? extends Throwable> opening(
      Consumer<OnnxBuilder> change) {
    OnnxBuilder builder = TinyEncoder.builder();
    change.accept(builder);
    return assertThatThrownBy(() -> TrainableGraph.open(builder.build(), OPTIONS).close())
        .isInstanceOf(ModelException.class);
  }

  @Test
  void names_an_operator_that_is_not_supported_and_those_that_are() {
    opening(
            b ->
                b.node("Gather", "hidden2", List.of("table", "input_ids"))
                    .node("EyeLike", "eye", List.of("hidden2"))
                    .node("Add", "last", List.of("eye", "hidden"))
                    .graph
                    .clearOutput()
                    .addOutputBuilder()
                    .setName("last"))
        .hasMessageContaining("operators that cannot be trained: EyeLike (first at node '/eye'")
        .hasMessageContaining("LayerNormalization, ")
        .hasMessageContaining("Where");
  }

  @Test
  void ignores_an_unknown_operator_that_the_output_does_not_need() {
    // given
    byte[] onnx = TinyEncoder.builder().node("EyeLike", "eye", List.of("hidden")).build();
    // when, then: reading is fine, whatever ONNX Runtime says of it
    assertThat(Graph.of(OnnxFile.parse(onnx), "").nodes()).noneMatch(n -> n.op().equals("EyeLike"));
  }

  @Test
  void refuses_half_precision() {
    opening(
            b ->
                b.graph
                    .getInitializerBuilder(0)
                    .setDataType(DataType.FLOAT16.getNumber())
                    .clearFloatData()
                    .setRawData(ByteString.copyFrom(new byte[48])))
        .hasMessageContaining("tensor 'table' has type FLOAT16");
  }

  @Test
  void refuses_weights_outside_the_file() {
    opening(b -> b.graph.getInitializerBuilder(0).setDataLocation(DataLocation.EXTERNAL))
        .hasMessageContaining("initializer 'table' lies in an external data file");
  }

  @Test
  void refuses_a_tensor_of_the_wrong_length() {
    opening(
            b ->
                b.graph
                    .getInitializerBuilder(0)
                    .clearFloatData()
                    .setRawData(ByteString.copyFrom(new byte[12])))
        .hasMessage("tensor 'table' holds 12 bytes where its shape needs 96");
  }

  @Test
  void refuses_inputs_that_it_cannot_fill() {
    opening(
            b -> {
              b.input("pixels");
              b.node("Cast", "p", List.of("pixels"), OnnxBuilder.integer("to", 1));
              b.node("ReduceMean", "pm", List.of("p"));
              b.node("Add", "last", List.of("hidden", "pm"));
              b.graph.clearOutput().addOutputBuilder().setName("last");
            })
        .hasMessageContaining("the model must read input_ids")
        .hasMessageContaining("pixels");
  }

  @Test
  void refuses_what_is_no_model() {
    assertThatThrownBy(() -> TrainableGraph.open(new byte[] {1, 2, 3}, OPTIONS))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("not an ONNX model");
    assertThatThrownBy(() -> TrainableGraph.open(new byte[0], OPTIONS))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("is it an ONNX file?");
    assertThatThrownBy(() -> TrainableGraph.open(Path.of("no/such/file"), OPTIONS))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("cannot read the model");
  }

  @Test
  void refuses_an_output_that_is_not_there() {
    assertThatThrownBy(() -> TrainableGraph.open(TinyEncoder.onnx(), OPTIONS.withOutput("pooled")))
        .isInstanceOf(ModelException.class)
        .hasMessage("the model has no output 'pooled', only [hidden]");
  }

  @Test
  void lists_matrices_where_the_pattern_of_adapters_matches_none() {
    assertThatThrownBy(
            () ->
                TrainableGraph.open(
                    TinyEncoder.onnx(), OPTIONS.withLora(LoraOptions.of(2, "query"))))
        .isInstanceOf(ModelException.class)
        .hasMessage(
            "the LoRA pattern 'query' matches no weight of a matrix product; there are [inner.dense.weight, outer.dense.weight]");
  }

  @Test
  void refuses_a_rank_that_a_matrix_cannot_have() {
    assertThatThrownBy(
            () ->
                TrainableGraph.open(
                    TinyEncoder.onnx(), OPTIONS.withLora(LoraOptions.of(5, "inner"))))
        .isInstanceOf(ModelException.class)
        .hasMessage("LoRA rank must be at most 4 for weight 'inner.dense.weight' [4, 8]; got 5");
  }

  @Test
  void refuses_to_freeze_everything() {
    assertThatThrownBy(() -> TrainableGraph.open(TinyEncoder.onnx(), OPTIONS.withFreeze(".")))
        .isInstanceOf(ModelException.class)
        .hasMessage("no weight is left to train: freeze is '.'");
  }

  @Test
  void refuses_a_device_that_is_not_there() {
    assertThatThrownBy(() -> TrainableGraph.open(TinyEncoder.onnx(), OPTIONS.withDevice("cuda:99")))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("device 'cuda:99' is not there")
        .hasMessageContaining("PYTORCH_LIBRARY_PATH");
  }

  @Test
  void refuses_a_graph_that_it_computes_otherwise() {
    // given: a weight that is an input too, which ONNX Runtime is given and we are not
    TensorProto nan =
        TinyEncoder.builder().graph.getInitializer(0).toBuilder()
            .setFloatData(5, Float.NaN)
            .build();
    // when, then
    opening(b -> b.graph.setInitializer(0, nan))
        .hasMessageContaining("computes something else here than in ONNX Runtime");
  }

  @Test
  void says_which_node_failed_on_which_shapes() {
    opening(
            b ->
                b.weights("wide", 9, 7)
                    .node("Add", "last", List.of("hidden", "wide"))
                    .graph
                    .clearOutput()
                    .addOutputBuilder()
                    .setName("last"))
        .hasMessageContaining("last");
  }
}
