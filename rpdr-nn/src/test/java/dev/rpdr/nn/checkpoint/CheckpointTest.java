package dev.rpdr.nn.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rpdr.Fingerprint;
import dev.rpdr.ModelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointTest {
  private static final String QUERY = "model.layers.1.self_attn.q_proj.weight";

  @TempDir private Path folder;

  @Test
  void reads_a_folder_of_safetensors() {
    try (Checkpoint llama = Checkpoint.open(Fixtures.of("llama"))) {
      assertThat(llama.config().architecture()).isEqualTo(Architecture.LLAMA);
      assertThat(llama.config().ropeScaling()).isEqualTo(new RopeScaling.Llama3(8, 1, 4, 64));
      assertThat(llama.config().endIds()).containsExactly(2);
      assertThat(llama.config().parameters()).isEqualTo(21_664);
      assertThat(llama.tensor(QUERY).shape()).containsExactly(32L, 32L);
      assertThat(llama.read(QUERY)).hasSize(1024);
      assertThat(llama.sha256())
          .isEqualTo(Fingerprint.ofFile(Fixtures.of("llama/model.safetensors")));
      assertThat(llama.chatTemplate()).isEmpty();
      assertThatThrownBy(llama::tokenizer)
          .isInstanceOf(ModelException.class)
          .hasMessageContaining("no tokenizer.json");
      assertThatThrownBy(() -> llama.requireSha256("ab"))
          .isInstanceOf(ModelException.class)
          .hasMessageContaining("expected ab");
    }
  }

  @Test
  void reads_shards_of_bfloat16() {
    try (Checkpoint qwen = Checkpoint.open(Fixtures.of("qwen2"))) {
      assertThat(qwen.config().architecture()).isEqualTo(Architecture.QWEN2);
      assertThat(qwen.config().tiedHead()).isTrue();
      assertThat(qwen.config().ropeTheta()).isEqualTo(1e6);
      assertThat(qwen.tensor(QUERY).type()).isEqualTo(TensorType.BF16);
      assertThat(qwen.read("model.layers.1.self_attn.v_proj.bias")).hasSize(8);
    }
  }

  @Test
  void a_GGUF_file_gives_the_same_weights_as_the_folder_it_was_made_from() {
    // given
    try (Checkpoint llama = Checkpoint.open(Fixtures.of("llama"));
        Checkpoint gguf = Checkpoint.open(Fixtures.of("tiny-llama.gguf"))) {
      // then
      for (String name : llama.config().tensors().keySet()) {
        assertThat(gguf.read(name)).as(name).isEqualTo(llama.read(name));
      }
      assertThat(gguf.config().maxPositions()).isEqualTo(256);
      assertThat(gguf.config().ropeScaling()).isInstanceOf(RopeScaling.Factors.class);
      assertThat(gguf.chatTemplate()).hasValueSatisfying(t -> assertThat(t).contains("im_start"));
    }
  }

  @Test
  void the_two_forms_of_llama3s_rotary_scaling_agree() {
    try (Checkpoint llama = Checkpoint.open(Fixtures.of("llama"));
        Checkpoint gguf = Checkpoint.open(Fixtures.of("tiny-llama.gguf"))) {
      for (int pair = 0; pair < 4; pair++) {
        double frequency = Math.pow(10_000, -pair / 4.0);
        double computed = llama.config().ropeScaling().scaled(frequency, pair);
        double stored = gguf.config().ropeScaling().scaled(frequency, pair);
        assertThat(stored / computed).isBetween(1 - 1e-6, 1 + 1e-6);
      }
    }
  }

  @Test
  void what_is_written_is_read_again() {
    // given
    float[] values = {1, -2.5f, 1e-4f, 3, 0, 6};
    for (TensorType type : List.of(TensorType.F32, TensorType.F16, TensorType.BF16)) {
      Path file = folder.resolve(type + ".safetensors");
      // when
      new SafetensorsWriter(type).add("x", List.of(2L, 3L), () -> values).write(file);
      // then
      float[] read = Fixtures.tensor(file, "x");
      for (int i = 0; i < values.length; i++) {
        assertThat(read[i]).isBetween(values[i] - .004f, values[i] + .004f);
      }
    }
    assertThatThrownBy(
            () ->
                new SafetensorsWriter(TensorType.F32)
                    .add("x", List.of(1L), () -> new float[] {Float.NaN})
                    .write(folder.resolve("nan")))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("'x' holds NaN");
    assertThat(folder.resolve("nan")).doesNotExist();
  }

  @Test
  void a_GGUF_file_that_is_written_is_read_again() {
    // given
    Path path = folder.resolve("x.gguf");
    // when
    new GgufWriter()
        .put("general.type", "adapter")
        .put("adapter.lora.alpha", 16f)
        .add("a", List.of(2L, 3L), new float[] {1, 2, 3, 4, 5, 6})
        .add("b", List.of(1L), new float[] {7})
        .write(path);
    // then
    try (MappedFile file = new MappedFile(path)) {
      GgufFile read = GgufFile.read(path, file);
      assertThat(read.text("general.type")).isEqualTo("adapter");
      assertThat(read.decimal("adapter.lora.alpha")).hasValue(16);
      assertThat(read.tensors()).extracting(StoredTensor::name).containsExactly("a", "b");
      assertThat(read.tensors().get(0).shape()).containsExactly(2L, 3L);
      float[] values = new float[1];
      file.read(read.tensors().get(1), java.nio.FloatBuffer.wrap(values));
      assertThat(values).containsExactly(7);
    }
    assertThat(Files.exists(folder.resolve("x.gguf.part"))).isFalse();
  }
}
