package dev.rpdr.nn.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FusionTest {
  private static long count(Graph graph, String op) {
    return graph.nodes().stream().filter(n -> n.op().equals(op)).count();
  }

  @ParameterizedTest
  @CsvSource({
    "all-minilm-l6-v2.onnx, 13, 6, 36",
    "bge-small-en-v1.5.onnx, 25, 12, 72",
    "bge-small-zh-v1.5.onnx, 9, 4, 24"
  })
  void recognises_all_patterns_of_exported_encoders(
      String model, int norms, int gelus, int linears) {
    // when
    Graph graph = Fusion.apply(Graph.of(OnnxFile.parse(Encoders.onnx(model)), ""));
    // then
    assertThat(count(graph, "LayerNormalization")).isEqualTo(norms);
    assertThat(count(graph, "Gelu")).isEqualTo(gelus);
    assertThat(count(graph, Operators.LINEAR)).isEqualTo(linears);
    assertThat(graph.nodes()).extracting(Node::op).doesNotContain("Erf", "Pow", "Sqrt");
  }

  @Test
  void trains_to_the_same_weights_with_and_without_fusion() {
    // given
    TrainingOptions options = TrainingOptions.of(5).withLearningRate(0.05).withWarmupShare(0);
    try (TrainableGraph fused = TrainableGraph.open(TinyEncoder.onnx(), options, true);
        TrainableGraph plain = TrainableGraph.open(TinyEncoder.onnx(), options, false)) {
      // when
      for (int i = 0; i < 5; i++) {
        fused.step(TinyEncoder.loss());
        plain.step(TinyEncoder.loss());
      }
      // then
      for (String key : List.of("table", "norm.weight", "norm.bias", "inner.dense.bias")) {
        assertThat(fused.values(key)).containsExactly(plain.values(key), within(2e-5f));
      }
    }
  }

  @Test
  void recognises_other_spellings_of_gelu() {
    // given: x · (½ · (1 + erf(x · √½)))
    Graph graph =
        graph(
            new OnnxBuilder(13)
                .scalar("root", 0.70710677f)
                .scalar("one", 1)
                .scalar("half", 0.5f)
                .node("Gather", "x", List.of("table", "input_ids"))
                .node("Mul", "scaled", List.of("root", "x"))
                .node("Erf", "erf", List.of("scaled"))
                .node("Add", "sum", List.of("one", "erf"))
                .node("Mul", "halved", List.of("half", "sum"))
                .node("Mul", "hidden", List.of("halved", "x")));
    // then
    assertThat(graph.nodes()).extracting(Node::op).containsExactly("Gather", "Gelu");
  }

  @Test
  void leaves_what_only_looks_like_gelu() {
    // given: another factor
    Graph graph =
        graph(
            new OnnxBuilder(13)
                .scalar("root", 0.70710677f)
                .scalar("one", 1)
                .scalar("half", 0.4f)
                .node("Gather", "x", List.of("table", "input_ids"))
                .node("Mul", "scaled", List.of("root", "x"))
                .node("Erf", "erf", List.of("scaled"))
                .node("Add", "sum", List.of("one", "erf"))
                .node("Mul", "halved", List.of("half", "sum"))
                .node("Mul", "hidden", List.of("halved", "x")));
    // then
    assertThat(graph.nodes()).extracting(Node::op).doesNotContain("Gelu");
  }

  @Test
  void keeps_a_part_of_a_pattern_that_something_else_reads() {
    // given: the normalised values before scaling are read again
    OnnxBuilder builder = TinyEncoder.builder();
    builder.graph.clearOutput();
    builder.node("Add", "both", List.of("hidden", "normal")).output("both");
    // when
    Graph graph = Fusion.apply(Graph.of(OnnxFile.parse(builder.build()), ""));
    // then
    assertThat(count(graph, "LayerNormalization")).isOne();
    assertThat(graph.nodes().stream().flatMap(n -> n.outputs().stream()))
        .contains("normal", "norm");
  }

  @Test
  void drops_attention_and_residual_branches_in_training_only() {
    // given
    Graph graph = Fusion.apply(Graph.of(OnnxFile.parse(Encoders.onnx(Encoders.MINILM)), ""));
    // when
    Graph dropped = Fusion.withDropout(graph);
    // then
    assertThat(count(dropped, Operators.DROPOUT)).isEqualTo(6 + 12);
    assertThat(Stream.of(dropped.output())).containsExactly(graph.output());
  }

  private static Graph graph(OnnxBuilder builder) {
    builder.input("input_ids").output("hidden").weights("table", 1, 6, 4);
    return Fusion.apply(Graph.of(OnnxFile.parse(builder.build()), ""));
  }
}
