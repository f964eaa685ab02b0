package dev.rpdr.nn.causal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.rpdr.ModelException;
import dev.rpdr.nn.checkpoint.Checkpoint;
import dev.rpdr.nn.checkpoint.Fixtures;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChatTemplateTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{{'<|im_start|>' + message['role']}};CHAT_ML",
        "{% set c = '<|start_header_id|>' %};LLAMA_3",
        "<|start_header_id|> Cutting Knowledge Date: December 2023;LLAMA_3_1",
        "'[INST] ' + '<<SYS>>' ;LLAMA_2"
      })
  void a_family_is_recognised(String jinja, ChatTemplate family) {
    assertThat(ChatTemplate.of(jinja)).isEqualTo(family);
  }

  @Test
  void an_unknown_family_is_refused_and_none_is_Alpaca() {
    assertThatThrownBy(() -> ChatTemplate.of("{{ bos }}<start_of_turn>"))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("known are ChatML, Llama 2, Llama 3 and 3.1, and Alpaca");
    try (Checkpoint llama = Checkpoint.open(Fixtures.of("llama"));
        Checkpoint gguf = Checkpoint.open(Fixtures.of("tiny-llama.gguf"))) {
      assertThat(ChatTemplate.of(llama)).isEqualTo(ChatTemplate.ALPACA);
      assertThat(ChatTemplate.of(gguf)).isEqualTo(ChatTemplate.CHAT_ML);
    }
  }

  @Test
  void messages_stand_where_the_template_puts_them() {
    assertThat(ChatTemplate.CHAT_ML.render("Be brief. ", "\nHello"))
        .isEqualTo(
            "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHello<|im_end|>\n"
                + "<|im_start|>assistant\n");
    assertThat(ChatTemplate.LLAMA_3.render("S", "U"))
        .isEqualTo(
            "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nS<|eot_id|>"
                + "<|start_header_id|>user<|end_header_id|>\n\nU<|eot_id|>"
                + "<|start_header_id|>assistant<|end_header_id|>\n\n");
    assertThat(ChatTemplate.ALPACA.render("S", "100% sure"))
        .isEqualTo("<s>S\n\n### Instruction:\n100% sure\n\n### Response:\n");
  }

  /** Token ids as Transformers' apply_chat_template gives them for SmolLM2. */
  @Test
  void the_tokens_are_those_of_Transformers() {
    Path folder = Path.of(System.getProperty("rpdr.models", "models"), "smollm2-135m-instruct");
    assumeThat(Files.isDirectory(folder)).as("there is no model at %s", folder).isTrue();
    try (Checkpoint checkpoint = Checkpoint.open(folder);
        CausalTokenizer tokenizer = CausalTokenizer.open(checkpoint.tokenizer())) {
      String text = ChatTemplate.of(checkpoint).render("You link mentions.", "can't sleep");
      assertThat(tokenizer.encode(text)).isEqualTo(Tokens.of(CHAT));
    }
  }

  private static final int[] CHAT = {
    1, 9690, 198, 2683, 2795, 16875, 30, 2, 198, 1, 4093, 198, 4055, 982, 2801, 2, 198, 1, 520,
    9531, 198
  };
}
