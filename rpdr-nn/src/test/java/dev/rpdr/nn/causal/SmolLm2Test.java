package dev.rpdr.nn.causal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rpdr.nn.checkpoint.Checkpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A real model, SmolLM2-135M-Instruct as GGUF, against Transformers on the same weights. */
class SmolLm2Test {
  private static final Path FOLDER =
      Path.of(System.getProperty("rpdr.models", "models"), "smollm2-135m-instruct");

  @Test
  void logits_and_answers_are_those_of_Transformers() {
    assumeThat(Files.isDirectory(FOLDER)).as("there is no model at %s", FOLDER).isTrue();
    // given
    try (Checkpoint checkpoint = Checkpoint.open(FOLDER);
        CausalLm model = CausalLm.load(checkpoint);
        CausalTokenizer tokenizer = CausalTokenizer.open(checkpoint.tokenizer())) {
      assertThat(checkpoint.config().parameters()).isEqualTo(134_515_008);
      for (JsonNode expected : FixtureJson.read("smollm2.json")) {
        // when
        Tokens prompt = tokenizer.encode(expected.get("text").asText());
        float[] logits = model.nextLogits(prompt);
        Tokens answer = model.generate(prompt, 10, Set.of());
        // then
        assertThat(prompt).isEqualTo(FixtureJson.tokens(expected.get("ids")));
        Tokens top = FixtureJson.tokens(expected.get("top"));
        for (int i = 0; i < top.size(); i++) {
          float wanted = (float) expected.get("topLogits").get(i).asDouble();
          assertThat(logits[top.get(i)]).isCloseTo(wanted, within(1e-3f));
        }
        float[] strided = FixtureJson.floats(expected.get("strided"));
        for (int i = 0; i < strided.length; i++) {
          assertThat(logits[i * 400]).isCloseTo(strided[i], within(1e-3f));
        }
        assertThat(answer).isEqualTo(FixtureJson.tokens(expected.get("greedy")));
        assertThat(tokenizer.decode(answer)).isEqualTo(expected.get("greedyText").asText());
      }
    }
  }

  @Test
  void bfloat16_keeps_the_logits_direction_and_the_likeliest_token() {
    assumeThat(Files.isDirectory(FOLDER)).as("there is no model at %s", FOLDER).isTrue();
    // given
    CausalOptions options = CausalOptions.defaults().withPrecision(Precision.BF16);
    try (Checkpoint checkpoint = Checkpoint.open(FOLDER);
        CausalLm model = CausalLm.load(checkpoint, options)) {
      for (JsonNode expected : FixtureJson.read("smollm2.json")) {
        // when
        float[] logits = model.nextLogits(FixtureJson.tokens(expected.get("ids")));
        // then
        Tokens top = FixtureJson.tokens(expected.get("top"));
        int best = 0;
        for (int i = 0; i < logits.length; i++) {
          best = logits[i] > logits[best] ? i : best;
        }
        assertThat(best).isEqualTo(top.get(0));
        float[] strided = FixtureJson.floats(expected.get("strided"));
        double product = 0;
        double ours = 0;
        double theirs = 0;
        for (int i = 0; i < strided.length; i++) {
          product += logits[i * 400] * strided[i];
          ours += logits[i * 400] * logits[i * 400];
          theirs += strided[i] * strided[i];
        }
        // Transformers in bfloat16: .9995, .9995 and 1.0000; here .9989, .9999 and 1.0000.
        assertThat(product / Math.sqrt(ours * theirs)).isGreaterThan(.998);
      }
    }
  }
}
