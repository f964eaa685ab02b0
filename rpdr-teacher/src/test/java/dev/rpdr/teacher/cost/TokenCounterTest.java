package dev.rpdr.teacher.cost;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenCounterTest {
  @ParameterizedTest
  @CsvSource({
    "gpt-4o, o200k_base",
    "gpt-4o-mini-2024-07-18, o200k_base",
    "gpt-4.1-mini, o200k_base",
    "gpt-5, o200k_base",
    "o3-mini, o200k_base",
    "gpt-4, cl100k_base",
    "gpt-4-0613, cl100k_base",
    "gpt-3.5-turbo-0125, cl100k_base",
    "deepseek-chat, estimated by characters",
    "qwen2.5:7b, estimated by characters",
  })
  void known_models_have_their_own_tokenizer(String model, String name) {
    assertThat(TokenCounter.of(model).name()).isEqualTo(name);
  }

  @Test
  void tokens_are_those_of_the_tokenizer() {
    assertThat(TokenCounter.of("gpt-4").count("hello world")).isEqualTo(2);
    assertThat(TokenCounter.of("gpt-4o").count("")).isZero();
    assertThat(TokenCounter.of("gpt-4o").count("<|endoftext|>"))
        .as("no text is taken for a special token")
        .isGreaterThan(1);
  }

  @Test
  void the_estimate_tells_scripts_apart() {
    TokenCounter estimate = TokenCounter.byCharacters();

    assertThat(estimate.count("")).isZero();
    assertThat(estimate.count("myocardial infarction")).isEqualTo(3);
    assertThat(estimate.count("右眼白内障术后")).isEqualTo(7);
    assertThat(estimate.count("A > B > C")).isEqualTo(4);
  }
}
