package dev.rpdr.nn.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import dev.rpdr.nn.Pooling;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenHeadTest {
  private static final TrainingOptions OPTIONS =
      TrainingOptions.of(10).withLearningRate(0.02).withWarmupShare(0);
  private static final long[][] IDS = TinyEncoder.IDS;
  private static final long[][] MASK = TinyEncoder.MASK;

  @TempDir Path folder;

  private static NDArray loss(TokenHead head, Forward forward) {
    return head.scores(forward, forward.run(IDS, MASK, null)).sub(1).square().mean();
  }

  @Test
  void scores_alike_in_the_graph_and_in_the_written_file() {
    // given
    Path file = folder.resolve("scorer.onnx");
    try (TrainableGraph graph = TrainableGraph.open(TinyEncoder.onnx(), OPTIONS)) {
      TokenHead head = TokenHead.addTo(graph);
      double first = graph.step(f -> loss(head, f));
      for (int i = 0; i < 4; i++) {
        graph.step(f -> loss(head, f));
      }
      // when
      graph.writeOnnx(file, head);
      // then
      float[] inGraph = graph.evaluate(f -> head.scores(f, f.run(IDS, MASK, null)).toFloatArray());
      float[] inFile = TestOutputs.of(OnnxFile.read(file), IDS, MASK);
      assertThat(inFile)
          .hasSize(IDS.length * IDS[0].length)
          .containsExactly(inGraph, within(1e-5f));
      assertThat(graph.step(f -> loss(head, f))).isLessThan(first);
    }
  }

  @Test
  void writes_a_file_that_can_be_trained_further() {
    // given
    Path file = folder.resolve("scorer.onnx");
    try (TrainableGraph graph = TrainableGraph.open(TinyEncoder.onnx(), OPTIONS)) {
      TokenHead head = TokenHead.addTo(graph);
      graph.step(f -> loss(head, f));
      graph.writeOnnx(file, head);
    }
    // when
    try (TrainableGraph scorer = TrainableGraph.open(file, OPTIONS)) {
      double first = scorer.step(f -> f.run(IDS, MASK, null).sub(1).square().mean());
      double second = scorer.step(f -> f.run(IDS, MASK, null).sub(1).square().mean());
      // then
      assertThat(second).isLessThan(first);
      assertThat(scorer.trainableNames()).contains("head.token.weight");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> TokenHead.addTo(scorer))
          .withMessageContaining("the graph has a head already");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> ScoringHead.addTo(scorer, Pooling.CLS, ScoringHead.Activation.NONE))
          .withMessageContaining("the graph has a scoring head already");
    }
  }

  @Test
  void belongs_to_one_graph() {
    try (TrainableGraph one = TrainableGraph.open(TinyEncoder.onnx(), OPTIONS);
        TrainableGraph two = TrainableGraph.open(TinyEncoder.onnx(), OPTIONS)) {
      TokenHead head = TokenHead.addTo(one);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> two.writeOnnx(folder.resolve("x.onnx"), head))
          .withMessage("the head belongs to another graph");
    }
  }
}
