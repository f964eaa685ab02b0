package dev.rpdr.nn.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import dev.rpdr.nn.Pooling;
import java.io.IOException;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Encoders as users have them, held against ONNX Runtime before and after training. */
class EncoderTrainingTest {
  private static final long[][] IDS = {
    {101, 2540, 3255, 102, 0, 0}, {101, 14978, 4945, 1998, 3255, 102}, {101, 7102, 102, 0, 0, 0}
  };
  private static final long[][] MASK = {{1, 1, 1, 1, 0, 0}, {1, 1, 1, 1, 1, 1}, {1, 1, 1, 0, 0, 0}};

  @TempDir Path folder;

  /** Pulls the three texts apart. */
  private static NDArray contrast(Forward forward) {
    NDArray pooled = forward.pool(forward.run(IDS, MASK, null), MASK, Pooling.MEAN);
    NDArray rows = pooled.div(pooled.norm(new int[] {1}, true));
    NDArray logits = rows.matMul(rows.transpose()).mul(2);
    return logits.logSoftmax(1).mul(forward.manager().eye(3)).sum().div(-3);
  }

  private static double distance(TrainableGraph graph, Path written) throws IOException {
    float[] trained = TestOutputs.of(graph, IDS, MASK);
    return Verification.difference(trained, TestOutputs.of(Files.readAllBytes(written), IDS, MASK));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"all-minilm-l6-v2.onnx", "bge-small-en-v1.5.onnx", "bge-small-zh-v1.5.onnx"})
  void agrees_with_ONNX_Runtime_after_training_all_weights(String model) throws IOException {
    // given
    byte[] onnx = Encoders.onnx(model);
    TrainingOptions options = TrainingOptions.of(3).withLearningRate(1e-4).withWarmupShare(0);
    Path written = folder.resolve("model.onnx");
    try (TrainableGraph graph = TrainableGraph.open(onnx, options)) {
      float[] original = TestOutputs.of(graph, IDS, MASK);
      double before = graph.step(EncoderTrainingTest::contrast);
      // when
      graph.writeOnnx(written);
      // then
      double after = graph.evaluate(forward -> (double) contrast(forward).getFloat());
      assertThat(after).isLessThan(before);
      assertThat(distance(graph, written)).isLessThan(1e-4);
      assertThat(Verification.difference(TestOutputs.of(graph, IDS, MASK), original))
          .isGreaterThan(1e-3);
    }
    assertThat(Files.size(written)).isEqualTo(onnx.length);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"all-minilm-l6-v2.onnx", "bge-small-en-v1.5.onnx", "bge-small-zh-v1.5.onnx"})
  void agrees_with_ONNX_Runtime_after_merging_adapters(String model) throws IOException {
    // given
    byte[] onnx = Encoders.onnx(model);
    TrainingOptions options =
        TrainingOptions.of(6)
            .withLearningRate(1e-2)
            .withWarmupShare(0)
            .withLora(LoraOptions.of(4, "attention.*(query|value)"));
    Path written = folder.resolve("model.onnx");
    try (TrainableGraph graph = TrainableGraph.open(onnx, options)) {
      double before = graph.step(EncoderTrainingTest::contrast);
      graph.step(EncoderTrainingTest::contrast);
      graph.step(EncoderTrainingTest::contrast);
      // when
      graph.writeOnnx(written);
      // then
      assertThat(distance(graph, written)).isLessThan(1e-4);
      assertThat(graph.step(EncoderTrainingTest::contrast)).isLessThan(before);
      assertThat(graph.trainableNames()).allMatch(n -> n.matches(".*(query|value).*lora_[AB]"));
    }
  }

  @Test
  void gives_unnamed_matrices_the_names_of_their_biases() {
    // when
    Graph graph = Fusion.apply(Graph.of(OnnxFile.parse(Encoders.onnx(Encoders.MINILM)), ""));
    // then
    assertThat(new WeightNames(graph).matrices())
        .hasSize(36)
        .startsWith(
            "encoder.layer.0.attention.self.query.weight",
            "encoder.layer.0.attention.self.key.weight")
        .contains("encoder.layer.5.output.dense.weight");
  }

  @Test
  void contacts_nothing_over_the_network() {
    // given
    List<URI> contacted = Collections.synchronizedList(new ArrayList<>());
    ProxySelector before = ProxySelector.getDefault();
    ProxySelector.setDefault(
        new ProxySelector() {
          @Override
          public List<Proxy> select(URI uri) {
            contacted.add(uri);
            return List.of(Proxy.NO_PROXY);
          }

          @Override
          public void connectFailed(URI uri, SocketAddress address, IOException e) {}
        });
    // when
    try (TrainableGraph graph = TrainableGraph.open(TinyEncoder.onnx(), TrainingOptions.of(1))) {
      graph.step(TinyEncoder.loss());
    } finally {
      ProxySelector.setDefault(before);
    }
    // then
    assertThat(contacted).isEmpty();
    assertThat(System.getProperty("ai.djl.offline")).isEqualTo("true");
    assertThat(System.getProperty("OPT_OUT_TRACKING", System.getenv("OPT_OUT_TRACKING")))
        .isEqualTo("true");
  }
}
