package dev.rpdr.nn.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.rpdr.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainableGraphTest {
  private static final TrainingOptions OPTIONS =
      TrainingOptions.of(20).withLearningRate(0.05).withWarmupShare(0);

  @TempDir Path folder;

  private static TrainableGraph open() {
    return TrainableGraph.open(TinyEncoder.onnx(), OPTIONS);
  }

  @Test
  void learns_a_tiny_task() {
    // given
    try (TrainableGraph graph = open()) {
      double first = graph.step(TinyEncoder.loss());
      // when
      double last = first;
      for (int i = 0; i < 19; i++) {
        last = graph.step(TinyEncoder.loss());
      }
      // then
      assertThat(last).isLessThan(first / 10);
      assertThat(graph.updates()).isEqualTo(20);
      assertThat(graph.learningRate()).isZero();
    }
  }

  @Test
  void gives_the_same_weights_for_the_same_seed() {
    // given
    TrainingOptions options = OPTIONS.withDropout(0.3).withLora(LoraOptions.of(2, "dense"));
    // when
    float[] first = hiddenAfterTraining(options.withSeed(7));
    float[] second = hiddenAfterTraining(options.withSeed(7));
    float[] other = hiddenAfterTraining(options.withSeed(8));
    // then
    assertThat(second).isEqualTo(first);
    assertThat(other).isNotEqualTo(first);
  }

  private static float[] hiddenAfterTraining(TrainingOptions options) {
    try (TrainableGraph graph = TrainableGraph.open(TinyEncoder.onnx(), options)) {
      for (int i = 0; i < 4; i++) {
        graph.step(TinyEncoder.loss());
      }
      return TinyEncoder.hidden(graph);
    }
  }

  @Test
  void frees_what_each_step_makes() {
    // given
    try (TrainableGraph graph = open()) {
      graph.step(TinyEncoder.loss());
      TinyEncoder.hidden(graph);
      int before = graph.managedArrays();
      // when
      for (int i = 0; i < 200; i++) {
        graph.step(TinyEncoder.loss());
        TinyEncoder.hidden(graph);
      }
      // then
      assertThat(graph.managedArrays()).isEqualTo(before);
    }
  }

  @Test
  void trains_parameters_of_the_caller() {
    // given
    try (TrainableGraph graph = open()) {
      graph.parameter("offset", new float[] {1, 2, 3, 4}, 4);
      // when
      graph.step(
          forward ->
              forward
                  .run(TinyEncoder.IDS, TinyEncoder.MASK, null)
                  .add(forward.parameter("offset"))
                  .square()
                  .mean());
      // then
      assertThat(graph.values("offset"))
          .containsExactly(new float[] {0.95f, 1.95f, 2.95f, 3.95f}, within(1e-4f));
      assertThat(graph.trainableNames()).contains("offset");
    }
  }

  @Test
  void refuses_parameters_that_come_late_or_twice() {
    try (TrainableGraph graph = open()) {
      // when, then
      graph.parameter("offset", new float[4], 4);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> graph.parameter("offset", new float[4], 4))
          .withMessage("there is a parameter 'offset' already");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> graph.parameter("other", new float[4], 5))
          .withMessageContaining("needs 5 values; got 4");
      graph.step(TinyEncoder.loss());
      assertThatIllegalStateException()
          .isThrownBy(() -> graph.parameter("late", new float[1], 1))
          .withMessage("parameters are added before the first step");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> graph.values("none"))
          .withMessage("there is no parameter 'none'");
    }
  }

  @Test
  void keeps_the_weights_where_the_loss_is_not_a_number() {
    try (TrainableGraph graph = open()) {
      // given
      graph.step(TinyEncoder.loss());
      float[] before = graph.values("table");
      // when, then
      assertThatThrownBy(() -> graph.step(f -> TinyEncoder.loss().apply(f).mul(Float.NaN)))
          .isInstanceOf(ModelException.class)
          .hasMessageContaining("the loss of update 1 is NaN");
      assertThat(graph.values("table")).isEqualTo(before);
      assertThat(graph.updates()).isEqualTo(1);
      graph.step(TinyEncoder.loss());
    }
  }

  @Test
  void keeps_the_weights_where_gradients_are_not_finite() {
    try (TrainableGraph graph = open()) {
      float[] before = graph.values("table");
      // when: the square root's slope at zero is infinite
      assertThatThrownBy(
              () ->
                  graph.step(
                      f -> f.run(TinyEncoder.IDS, TinyEncoder.MASK, null).mul(0).sqrt().sum()))
          .isInstanceOf(ModelException.class)
          .hasMessageContaining("the gradients of update 0 are not finite");
      // then
      assertThat(graph.values("table")).isEqualTo(before);
    }
  }

  @Test
  void refuses_losses_that_cannot_be_used() {
    try (TrainableGraph graph = open()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> graph.step(f -> f.run(TinyEncoder.IDS, TinyEncoder.MASK, null)))
          .withMessageContaining("the loss must be one number; got shape (2, 3, 4)");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> graph.step(f -> f.manager().create(1f)))
          .withMessage("the loss does not depend on any weight being trained");
    }
  }

  @Test
  void refuses_inputs_of_wrong_shape_or_range() {
    try (TrainableGraph graph = open()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> run(graph, new long[][] {{1, 2}, {1}}, new long[][] {{1, 1}, {1, 1}}))
          .withMessage("inputIds must be rectangular; row 0 has 2 columns and row 1 has 1");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> run(graph, new long[][] {{1, 2}}, new long[][] {{1}}))
          .withMessageContaining("attentionMask has shape int64[1, 1]");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> run(graph, new long[][] {}, new long[][] {}))
          .withMessageContaining("inputIds must hold at least one row");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> run(graph, new long[][] {{6}}, new long[][] {{1}}))
          .withMessageContaining("asks for row 6 of a table of 6 rows");
    }
  }

  private static float[] run(TrainableGraph graph, long[][] ids, long[][] mask) {
    return TestOutputs.of(graph, ids, mask);
  }

  @Test
  void changes_nothing_in_the_file_but_weights_that_were_trained() throws IOException {
    // given
    Path written = folder.resolve("deep/er/model.onnx");
    byte[] onnx = TinyEncoder.onnx();
    try (TrainableGraph graph = TrainableGraph.open(onnx, OPTIONS.withFreeze("norm"))) {
      // when: nothing was trained
      graph.writeOnnx(written);
      // then
      assertThat(Files.readAllBytes(written)).isEqualTo(onnx);
      // when
      graph.step(TinyEncoder.loss());
      graph.writeOnnx(written);
    }
    // then
    ModelProto before = OnnxFile.parse(onnx);
    ModelProto after = OnnxFile.parse(Files.readAllBytes(written));
    assertThat(after.getGraph().getNodeList()).isEqualTo(before.getGraph().getNodeList());
    for (int i = 0; i < before.getGraph().getInitializerCount(); i++) {
      TensorProto old = before.getGraph().getInitializer(i);
      boolean trained = old.getName().matches("table|onnx.*|.*dense.bias");
      assertThat(after.getGraph().getInitializer(i).equals(old)).isNotEqualTo(trained);
    }
    try (var files = Files.list(folder.resolve("deep/er"))) {
      assertThat(files).containsExactly(written);
    }
  }

  @Test
  void can_be_closed_twice_and_not_used_after() {
    // given
    TrainableGraph graph = open();
    // when
    graph.close();
    graph.close();
    // then
    assertThatIllegalStateException()
        .isThrownBy(() -> graph.step(TinyEncoder.loss()))
        .withMessage("this graph is closed");
    assertThatIllegalStateException().isThrownBy(() -> graph.values("table"));
  }

  @Test
  void drops_accumulated_gradients_after_a_failure() {
    try (TrainableGraph graph =
            TrainableGraph.open(TinyEncoder.onnx(), OPTIONS.withAccumulation(2));
        TrainableGraph undisturbed =
            TrainableGraph.open(TinyEncoder.onnx(), OPTIONS.withAccumulation(2))) {
      // given
      graph.step(TinyEncoder.loss());
      assertThatThrownBy(
              () ->
                  graph.step(
                      f -> {
                        throw new UnsupportedOperationException("planted");
                      }))
          .hasMessage("planted");
      // when
      for (TrainableGraph each : List.of(graph, undisturbed)) {
        each.step(TinyEncoder.loss());
        each.step(TinyEncoder.loss());
      }
      // then
      assertThat(graph.updates()).isEqualTo(1);
      assertThat(graph.values("table")).isEqualTo(undisturbed.values("table"));
    }
  }

  @Test
  void trains_matrices_stored_the_other_way_round() {
    // given: a linear layer as Gemm with a transposed weight, and one behind a Transpose
    OnnxBuilder builder =
        new OnnxBuilder(13)
            .input("input_ids")
            .input("attention_mask")
            .output("hidden")
            .weights("table", 1, 6, 4)
            .weights("first.weight", 2, 3, 4)
            .weights("first.bias", 3, 3)
            .weights("second.weight", 4, 2, 3)
            .longs("flat", -1, 4)
            .longs("threes", 2, 3, 3)
            .node("Gather", "x", List.of("table", "input_ids"))
            .node("Reshape", "rows", List.of("x", "flat"))
            .node(
                "Gemm",
                "first",
                List.of("rows", "first.weight", "first.bias"),
                OnnxBuilder.integer("transB", 1))
            .node("Transpose", "turned", List.of("second.weight"))
            .node("MatMul", "hidden", List.of("first", "turned"));
    TrainingOptions lora = OPTIONS.withLora(LoraOptions.of(2, "weight"));
    for (TrainingOptions options : List.of(OPTIONS, lora)) {
      Path written = folder.resolve("gemm.onnx");
      try (TrainableGraph graph = TrainableGraph.open(builder.build(), options)) {
        // when
        for (int i = 0; i < 3; i++) {
          graph.step(f -> f.run(TinyEncoder.IDS, TinyEncoder.MASK, null).sub(1).square().mean());
        }
        graph.writeOnnx(written);
        // then
        float[] reference =
            TestOutputs.of(OnnxFile.read(written), TinyEncoder.IDS, TinyEncoder.MASK);
        assertThat(TinyEncoder.hidden(graph)).containsExactly(reference, within(1e-5f));
      }
    }
  }

  @Test
  void shows_the_loss_function_whether_it_is_trained() {
    try (TrainableGraph graph = open()) {
      // when, then
      graph.step(
          forward -> {
            assertThat(forward.training()).isTrue();
            NDArray loss = TinyEncoder.loss().apply(forward);
            assertThat(loss.getManager()).isSameAs(forward.manager());
            return loss;
          });
      assertThat(graph.<Boolean>evaluate(Forward::training)).isFalse();
      assertThat(graph.hiddenSize()).isEqualTo(4);
      assertThat(graph.trainableSize()).isEqualTo(24 + 8 + 32 + 8 + 32 + 4);
      assertThat(graph.options()).isEqualTo(OPTIONS);
    }
  }
}
