package dev.rpdr.nn.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.rpdr.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightMeanTest {
  @TempDir Path folder;

  @Test
  void everyWeightIsTheMeanOfTheModels() throws IOException {
    Path one = trained("one.onnx", 1);
    Path other = trained("other.onnx", 2);
    Path mean = folder.resolve("mean.onnx");

    WeightMean.write(List.of(one, other), mean);

    List<TensorProto> a = tensors(one);
    List<TensorProto> b = tensors(other);
    List<TensorProto> m = tensors(mean);
    assertThat(m).hasSameSizeAs(a);
    boolean moved = false;
    for (int i = 0; i < a.size(); i++) {
      if (Initializer.isFloat(a.get(i))) {
        float[] x = Initializer.floats(a.get(i));
        float[] y = Initializer.floats(b.get(i));
        float[] z = Initializer.floats(m.get(i));
        for (int j = 0; j < x.length; j++) {
          moved |= x[j] != y[j];
          assertThat(z[j]).isCloseTo((x[j] + y[j]) / 2, within(1e-6f));
        }
      }
    }
    assertThat(moved).as("the two models differ").isTrue();
  }

  @Test
  void theMeanOfEqualModelsIsEachOfThem() throws IOException {
    Path one = trained("one.onnx", 1);
    Path mean = folder.resolve("mean.onnx");

    WeightMean.write(List.of(one, one, one), mean);

    List<TensorProto> before = tensors(one);
    List<TensorProto> after = tensors(mean);
    for (int i = 0; i < before.size(); i++) {
      if (Initializer.isFloat(before.get(i))) {
        assertThat(Initializer.floats(after.get(i))).isEqualTo(Initializer.floats(before.get(i)));
      } else {
        assertThat(after.get(i)).isEqualTo(before.get(i));
      }
    }
  }

  @Test
  void anotherGraphIsRefusedByName() throws IOException {
    Path one = trained("one.onnx", 1);
    Path other = folder.resolve("minilm.onnx");
    Files.write(other, Encoders.onnx(Encoders.MINILM));

    assertThatThrownBy(() -> WeightMean.write(List.of(one, other), folder.resolve("mean.onnx")))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("minilm.onnx is another graph than")
        .hasMessageContaining("one.onnx");
    assertThat(folder.resolve("mean.onnx")).doesNotExist();
  }

  @Test
  void oneModelHasNoMean() {
    assertThatThrownBy(() -> WeightMean.write(List.of(folder), folder.resolve("mean.onnx")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a mean needs at least 2 models, not 1");
  }

  private Path trained(String name, int steps) {
    Path written = folder.resolve(name);
    try (TrainableGraph graph =
        TrainableGraph.open(
            TinyEncoder.onnx(), TrainingOptions.of(3).withLearningRate(1e-2).withWarmupShare(0))) {
      for (int i = 0; i < steps; i++) {
        graph.step(TinyEncoder.loss());
      }
      graph.writeOnnx(written);
    }
    return written;
  }

  private static List<TensorProto> tensors(Path model) throws IOException {
    return ModelProto.parseFrom(Files.readAllBytes(model)).getGraph().getInitializerList();
  }
}
