package dev.rpdr.nn.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Against PyTorch 2.13: the same tiny encoder, {@code torch.optim.AdamW} with weight decay 0.1 on
 * matrices, {@code clip_grad_norm_} at 0.5 and Transformers' linear schedule with 2 of 8 updates of
 * warm-up, learning rate 0.05.
 */
class AdamWTest {
  private static final double[] LOSSES = {
    0.8240262, 0.8240262, 0.6612049, 0.4376685, 0.3213523, 0.2689946, 0.2472074, 0.2338395
  };
  private static final double[] NORMS = {
    1.0538435, 1.0538435, 0.8431870, 0.5774631, 0.3891034, 0.3013476, 0.3371814, 0.3738044
  };
  private static final float[] TABLE = {
    -0.2481609f, 0.2215298f, 0.4875470f, 0.3053157f, -0.3519543f, -0.2984766f, -0.1627268f,
    -0.1086301f, 0.2569081f, 0.5129811f, 0.1749926f, -0.6228982f, -0.6322318f, 0.0474190f,
    0.5818721f, 0.2691648f, -0.0162421f, -0.1392361f, -0.6755640f, 0.0053244f, 0.1531617f,
    0.6850139f, 0.0531792f, -0.0279136f
  };
  private static final float[] SCALE = {-0.5464005f, 0.1658140f, 0.5477818f, 0.6650649f};
  private static final float[] OUTER = {
    -0.0694824f, -0.2991552f, -0.2949859f, -0.1384297f, 0.5419708f, 0.2826951f, 0.0226502f,
    -0.2028204f, -0.3036900f, -0.4051745f, 0.0951904f, 0.6176217f, 0.4766384f, -0.3496741f,
    -0.6783063f, -0.1397741f, -0.0728752f, 0.6478763f, 0.5525078f, -0.2300592f, -0.6329625f,
    -0.2606468f, 0.1702532f, 0.2055990f, 0.2904984f, 0.2255050f, -0.1775489f, -0.6728628f,
    0.0326225f, 0.1117554f, 0.3513076f, 0.3308383f
  };

  private static TrainingOptions options() {
    return TrainingOptions.of(8)
        .withLearningRate(0.05)
        .withWarmupShare(0.25)
        .withWeightDecay(0.1)
        .withMaxGradientNorm(0.5);
  }

  @Test
  void updates_weights_as_PyTorch_does() {
    // given
    try (TrainableGraph graph = TrainableGraph.open(TinyEncoder.onnx(), options())) {
      // when
      List<Double> losses = new ArrayList<>();
      List<Double> norms = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        losses.add(graph.step(TinyEncoder.loss()));
        norms.add(graph.gradientNorm());
      }
      // then
      for (int i = 0; i < 8; i++) {
        assertThat(losses.get(i)).isCloseTo(LOSSES[i], within(2e-6));
        assertThat(norms.get(i)).isCloseTo(NORMS[i], within(5e-6));
      }
      assertThat(graph.values("table")).containsExactly(TABLE, within(3e-6f));
      assertThat(graph.values("norm.weight")).containsExactly(SCALE, within(3e-6f));
      assertThat(graph.values("outer.dense.weight")).containsExactly(OUTER, within(3e-6f));
    }
  }

  @Test
  void averages_accumulated_gradients() {
    // given
    try (TrainableGraph whole = TrainableGraph.open(TinyEncoder.onnx(), options());
        TrainableGraph halves =
            TrainableGraph.open(TinyEncoder.onnx(), options().withAccumulation(2))) {
      // when
      for (int i = 0; i < 4; i++) {
        whole.step(TinyEncoder.loss());
        halves.step(TinyEncoder.loss());
        halves.step(TinyEncoder.loss());
      }
      halves.step(TinyEncoder.loss());
      halves.flush();
      halves.flush();
      whole.step(TinyEncoder.loss());
      // then
      assertThat(halves.updates()).isEqualTo(5);
      assertThat(halves.values("table")).containsExactly(whole.values("table"), within(1e-6f));
    }
  }

  @Test
  void leaves_frozen_weights_as_they_are() {
    // given
    TrainingOptions options = options().withFreeze("^table$|norm");
    try (TrainableGraph graph = TrainableGraph.open(TinyEncoder.onnx(), options)) {
      // when
      graph.step(TinyEncoder.loss());
      graph.step(TinyEncoder.loss());
      // then
      assertThat(graph.trainableNames())
          .containsExactlyInAnyOrder(
              "inner.dense.weight", "inner.dense.bias", "outer.dense.weight", "outer.dense.bias");
      assertThat(graph.values("table")).isEqualTo(OnnxBuilder.sines(1, 24));
      assertThat(graph.values("outer.dense.weight")).isNotEqualTo(OnnxBuilder.sines(6, 32));
    }
  }
}
