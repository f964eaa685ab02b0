package dev.rpdr.nn.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GgufLoraTest {
  private static final String QUERY = "model.layers.1.self_attn.q_proj";
  private static final String VALUE = "model.layers.0.self_attn.v_proj";

  @TempDir private Path folder;

  @Test
  void rows_are_permuted_where_the_base_is() {
    // given
    float[] a = new float[2 * 32];
    float[] b = new float[32 * 2];
    float[] valueB = new float[16 * 2];
    for (int i = 0; i < 64; i++) {
      a[i] = (float) Math.sin(i);
      b[i] = (float) Math.cos(i);
      valueB[i % 32] = i;
    }
    Path path = folder.resolve("adapter.gguf");
    try (Checkpoint llama = Checkpoint.open(Fixtures.of("llama"))) {
      // when
      new GgufLora(llama.config(), 2, 4).add(QUERY, a, b).add(VALUE, a, valueB).write(path);
    }
    // then
    try (MappedFile file = new MappedFile(path)) {
      GgufFile read = GgufFile.read(path, file);
      assertThat(read.text("adapter.type")).isEqualTo("lora");
      assertThat(read.text("general.architecture")).isEqualTo("llama");
      assertThat(read.decimal("adapter.lora.alpha")).hasValue(4);
      assertThat(read.tensors())
          .extracting(StoredTensor::name)
          .containsExactly(
              "blk.1.attn_q.weight.lora_a",
              "blk.1.attn_q.weight.lora_b",
              "blk.0.attn_v.weight.lora_a",
              "blk.0.attn_v.weight.lora_b");
      float[] rows = floats(file, read.tensors().get(1));
      // Head 1, second half, third pair: row 8 + 4 + 2 of Hugging Face's, 8 + 2·2 + 1 of GGUF's.
      assertThat(rows[13 * 2]).isEqualTo(b[14 * 2], within(0f));
      assertThat(rows).isNotEqualTo(b);
      assertThat(floats(file, read.tensors().get(3))).isEqualTo(valueB);
    }
  }

  private static float[] floats(MappedFile file, StoredTensor tensor) {
    float[] values = new float[(int) tensor.size()];
    file.read(tensor, FloatBuffer.wrap(values));
    return values;
  }

  @Test
  void only_projections_have_adapters() {
    try (Checkpoint llama = Checkpoint.open(Fixtures.of("llama"))) {
      GgufLora lora = new GgufLora(llama.config(), 1, 1);
      assertThatThrownBy(() -> lora.add("model.norm", new float[1], new float[1]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("'model.norm' is no projection of a layer");
    }
  }

  @Test
  void a_checkpoint_in_shards_is_read_again() {
    try (Checkpoint llama = Checkpoint.open(Fixtures.of("llama"))) {
      // when
      CheckpointWriter.write(llama, (name, values) -> values, folder, TensorType.F16, 20_000);
      // then
      try (Checkpoint shards = Checkpoint.open(folder)) {
        assertThat(folder.resolve("model.safetensors.index.json")).exists();
        assertThat(shards.config()).isEqualTo(llama.config());
        for (String name : llama.config().tensors().keySet()) {
          assertThat(shards.read(name)).as(name).isEqualTo(llama.read(name));
        }
      }
    }
  }
}
