package dev.rpdr.nn.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.ModelProto;
import dev.rpdr.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Int8Test {
  private static final long[][] IDS = {{101, 2540, 3255, 102, 0}, {101, 14978, 4945, 3255, 102}};
  private static final long[][] MASK = {{1, 1, 1, 1, 0}, {1, 1, 1, 1, 1}};

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "all-minilm-l6-v2.onnx, 36",
    "bge-small-en-v1.5.onnx, 72",
    "bge-small-zh-v1.5.onnx, 24"
  })
  void hiddenStatesStayCloseAndMatricesShrinkToAQuarter(String model, int matrices)
      throws IOException {
    byte[] onnx = Encoders.onnx(model);
    Path target = folder.resolve("model.onnx");

    Int8.Result result = Int8.quantize(onnx, target);

    float[] before = TestOutputs.of(onnx, IDS, MASK);
    float[] after = TestOutputs.of(Files.readAllBytes(target), IDS, MASK);
    assertThat(cosine(before, after)).isGreaterThan(.97);
    assertThat(Verification.difference(before, after)).isGreaterThan(0);
    assertThat(result.matrices()).isEqualTo(matrices);
    assertThat(result.bytesAfter()).isEqualTo(Files.size(target));
    long saved = result.bytesBefore() - result.bytesAfter();
    assertThat(saved).isGreaterThan(matrixBytes(onnx) * 7 / 10);
  }

  @Test
  void aModelIsQuantisedOnce() throws IOException {
    Path target = folder.resolve("model.onnx");
    Int8.quantize(Encoders.onnx(Encoders.MINILM), target);
    byte[] quantised = Files.readAllBytes(target);

    assertThatThrownBy(() -> Int8.quantize(quantised, target))
        .isInstanceOf(ModelException.class)
        .hasMessage("this model is quantised already");
  }

  @Test
  void anOldOperatorSetIsRefused() throws IOException {
    ModelProto.Builder model = ModelProto.parseFrom(TinyEncoder.onnx()).toBuilder();
    model.getOpsetImportBuilder(0).setVersion(9);

    assertThatThrownBy(() -> Int8.quantize(model.build().toByteArray(), folder.resolve("m.onnx")))
        .isInstanceOf(ModelException.class)
        .hasMessage("quantisation needs operator set 11 or later, not 9");
    assertThat(folder.resolve("m.onnx")).doesNotExist();
  }

  @Test
  void whatIsNoModelIsRefused() {
    assertThatThrownBy(() -> Int8.quantize(new byte[] {1, 2, 3}, folder.resolve("m.onnx")))
        .isInstanceOf(ModelException.class)
        .hasMessageStartingWith("not an ONNX model");
  }

  private static long matrixBytes(byte[] onnx) {
    Graph graph = Graph.of(OnnxFile.parse(onnx), "");
    return graph.constants().values().stream()
        .filter(tensor -> tensor.getName().startsWith("onnx::MatMul"))
        .mapToLong(tensor -> tensor.getRawData().size())
        .sum();
  }

  private static double cosine(float[] a, float[] b) {
    double dot = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      dot += (double) a[i] * b[i];
      aa += (double) a[i] * a[i];
      bb += (double) b[i] * b[i];
    }
    return dot / Math.sqrt(aa * bb);
  }
}
