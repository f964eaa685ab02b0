package dev.rpdr.nn.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import dev.rpdr.nn.Pooling;
import dev.rpdr.nn.train.ScoringHead.Activation;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScoringHeadTest {
  private static final TrainingOptions OPTIONS =
      TrainingOptions.of(10).withLearningRate(0.02).withWarmupShare(0);
  private static final long[][] IDS = TinyEncoder.IDS;
  private static final long[][] MASK = TinyEncoder.MASK;

  @TempDir Path folder;

  private static NDArray loss(ScoringHead head, Forward forward) {
    NDArray scores = head.scores(forward, forward.run(IDS, MASK, null), MASK);
    return scores.sub(forward.manager().create(new float[] {1, -1})).square().mean();
  }

  @ParameterizedTest
  @CsvSource({"CLS, NONE", "CLS, TANH", "MEAN, NONE", "MEAN, GELU", "MEAN, TANH"})
  void scores_alike_in_the_graph_and_in_the_written_file(Pooling pooling, Activation activation) {
    // given
    Path file = folder.resolve("scorer.onnx");
    try (TrainableGraph graph = TrainableGraph.open(TinyEncoder.onnx(), OPTIONS)) {
      ScoringHead head = ScoringHead.addTo(graph, pooling, activation);
      double first = graph.step(f -> loss(head, f));
      for (int i = 0; i < 4; i++) {
        graph.step(f -> loss(head, f));
      }
      // when
      graph.writeOnnx(file, head);
      // then
      float[] inGraph =
          graph.evaluate(f -> head.scores(f, f.run(IDS, MASK, null), MASK).toFloatArray());
      float[] inFile = TestOutputs.of(OnnxFile.read(file), IDS, MASK);
      assertThat(inFile).hasSize(2).containsExactly(inGraph, within(1e-5f));
      assertThat(graph.step(f -> loss(head, f))).isLessThan(first);
    }
  }

  @Test
  void writes_a_file_that_can_be_trained_further() {
    // given
    Path file = folder.resolve("scorer.onnx");
    try (TrainableGraph graph = TrainableGraph.open(TinyEncoder.onnx(), OPTIONS)) {
      ScoringHead head = ScoringHead.addTo(graph, Pooling.MEAN, Activation.GELU);
      graph.step(f -> loss(head, f));
      graph.writeOnnx(file, head);
    }
    // when
    try (TrainableGraph scorer = TrainableGraph.open(file, OPTIONS)) {
      double first = scorer.step(f -> f.run(IDS, MASK, null).sub(1).square().mean());
      double second = scorer.step(f -> f.run(IDS, MASK, null).sub(1).square().mean());
      // then
      assertThat(second).isLessThan(first);
      assertThat(scorer.trainableNames()).contains("head.score.weight", "head.dense.bias");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> ScoringHead.addTo(scorer, Pooling.IN_GRAPH, Activation.NONE))
          .withMessageContaining("the graph has a scoring head already");
    }
  }

  @Test
  void starts_from_the_seed() {
    // when, then
    assertThat(startWeights(1)).isEqualTo(startWeights(1)).isNotEqualTo(startWeights(2));
  }

  private static float[] startWeights(long seed) {
    try (TrainableGraph graph = TrainableGraph.open(TinyEncoder.onnx(), OPTIONS.withSeed(seed))) {
      ScoringHead.addTo(graph, Pooling.CLS, Activation.NONE);
      return graph.values("head.score.weight");
    }
  }

  @Test
  void belongs_to_one_graph() {
    try (TrainableGraph one = TrainableGraph.open(TinyEncoder.onnx(), OPTIONS);
        TrainableGraph two = TrainableGraph.open(TinyEncoder.onnx(), OPTIONS)) {
      ScoringHead head = ScoringHead.addTo(one, Pooling.CLS, Activation.NONE);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> two.writeOnnx(folder.resolve("x.onnx"), head))
          .withMessage("the head belongs to another graph");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> ScoringHead.addTo(one, Pooling.CLS, Activation.NONE))
          .withMessageContaining("the graph has a scoring head already");
    }
  }
}
