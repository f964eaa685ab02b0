package dev.rpdr.nn.causal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rpdr.ModelException;
import dev.rpdr.nn.checkpoint.Checkpoint;
import dev.rpdr.nn.checkpoint.Fixtures;
import dev.rpdr.nn.checkpoint.TensorType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LoraAdapterTest {
  private static final Tokens PROMPT =
      FixtureJson.tokens(FixtureJson.read("logits.json").get("prompts").get(1));

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"llama", "qwen2"})
  void an_adapter_of_PEFT_gives_the_logits_that_it_gives_there(String fixture) {
    // given
    try (Checkpoint checkpoint = Checkpoint.open(Fixtures.of(fixture));
        CausalLm base = CausalLm.load(checkpoint);
        CausalLm adapted =
            base.withAdapter(
                PeftFolder.read(Fixtures.of("peft/" + fixture + "-start"), base.config()))) {
      // then
      float[] wanted =
          FixtureJson.floats(FixtureJson.read("peft/training.json").get(fixture).get("start"));
      assertThat(adapted.nextLogits(PROMPT)).containsExactly(wanted, within(5e-5f));
      adapted.close();
      assertThat(base.nextLogits(PROMPT)[3]).isNotCloseTo(wanted[3], within(1e-3f));
    }
  }

  @ParameterizedTest
  @CsvSource({"llama,llama", "qwen2,qwen2", "tiny-llama.gguf,llama"})
  void the_merged_model_gives_the_adapters_logits(String fixture, String adapterOf) {
    // given
    try (Checkpoint checkpoint = Checkpoint.open(Fixtures.of(fixture));
        CausalLm base = CausalLm.load(checkpoint)) {
      LoraAdapter adapter =
          PeftFolder.read(Fixtures.of("peft/" + adapterOf + "-start"), base.config());
      if (fixture.endsWith("gguf")) {
        assertThatThrownBy(() -> adapter.merge(checkpoint, folder, TensorType.F32))
            .isInstanceOf(ModelException.class)
            .hasMessageContaining("rope factors");
        return;
      }
      // when
      adapter.merge(checkpoint, folder, TensorType.F32);
      // then
      try (Checkpoint merged = Checkpoint.open(folder);
          CausalLm model = CausalLm.load(merged);
          CausalLm adapted = base.withAdapter(adapter)) {
        assertThat(merged.config()).isEqualTo(checkpoint.config());
        assertThat(model.nextLogits(PROMPT))
            .containsExactly(adapted.nextLogits(PROMPT), within(5e-5f));
      }
      assertThatThrownBy(() -> adapter.merge(checkpoint, folder, TensorType.F32))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("holds weights already");
    }
  }

  @Test
  void what_is_written_for_PEFT_is_read_again() throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(Fixtures.of("llama"))) {
      // given
      LoraAdapter adapter = PeftFolder.read(Fixtures.of("peft/llama-start"), checkpoint.config());
      // when
      PeftFolder.write(adapter, folder, "tiny");
      // then
      LoraAdapter read = PeftFolder.read(folder, checkpoint.config());
      assertThat(read.scale()).isEqualTo(adapter.scale());
      assertThat(read.projections()).isEqualTo(adapter.projections()).hasSize(4);
      adapter.matrices().forEach((n, m) -> assertThat(read.matrices().get(n)).isEqualTo(m));
      // and given
      Path config = folder.resolve(PeftFolder.CONFIG);
      String text = Files.readString(config);
      for (var change :
          Map.of(
                  "\"LORA\"", "\"IA3\"",
                  "\"fan_in_fan_out\" : false", "\"fan_in_fan_out\" : true",
                  "\"r\" : 4", "\"r\" : 5")
              .entrySet()) {
        assertThat(text).contains(change.getKey());
        Files.writeString(config, text.replace(change.getKey(), change.getValue()));
        assertThatThrownBy(() -> PeftFolder.read(folder, checkpoint.config()))
            .isInstanceOf(ModelException.class)
            .hasMessageMatching("(?s).*(peft_type 'IA3'|fan_in_fan_out|must have 160 numbers).*");
      }
    }
  }

  @Test
  void an_adapter_of_another_model_is_refused() {
    try (Checkpoint llama = Checkpoint.open(Fixtures.of("llama"))) {
      assertThatThrownBy(() -> PeftFolder.read(Fixtures.of("peft/qwen2-start"), llama.config()))
          .isInstanceOf(ModelException.class)
          .hasMessageContaining("model.layers.0.self_attn.k_proj.lora_B.weight' must have 64");
    }
  }
}
