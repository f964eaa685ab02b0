package dev.rpdr.nn.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TensorTypeTest {
  @ParameterizedTest
  @EnumSource
  void decodes_as_the_reference_does(TensorType type) {
    // given
    Path path = Fixtures.of("quantised.gguf");
    try (MappedFile file = new MappedFile(path)) {
      StoredTensor tensor = GgufModel.find(GgufFile.read(path, file), type.name()).orElseThrow();
      // when
      float[] values = new float[512];
      file.read(tensor, FloatBuffer.wrap(values));
      // then
      assertThat(tensor.type()).isEqualTo(type);
      assertThat(values)
          .containsExactly(
              Fixtures.tensor(Fixtures.of("quantised.safetensors"), type.name()), within(1e-6f));
    }
  }

  @ParameterizedTest
  @ValueSource(
      floats = {0, -0f, 1, -2.5f, 65504, 6.1035e-5f, 5.96e-8f, 1e-9f, 0.333333f, 1.0009766f, 70000})
  void rounds_to_half_precision_and_back(float value) {
    // when
    float back = HalfFloats.fromHalf(HalfFloats.toHalf(value));
    // then
    if (value == 70000) {
      assertThat(back).isEqualTo(Float.POSITIVE_INFINITY);
    } else {
      assertThat(Math.abs(back - value))
          .isLessThanOrEqualTo(Math.max(Math.abs(value) / 2048, 3e-8f));
    }
  }

  @Test
  void every_half_survives_the_way_to_a_float_and_back() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      float value = HalfFloats.fromHalf((short) bits);
      if (Float.isFinite(value)) {
        assertThat(HalfFloats.toHalf(value)).isEqualTo((short) bits);
        assertThat(HalfFloats.toBrain(HalfFloats.fromBrain((short) bits))).isEqualTo((short) bits);
      }
    }
  }
}
