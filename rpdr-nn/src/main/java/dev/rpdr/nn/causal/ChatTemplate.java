package dev.rpdr.nn.causal;

import dev.rpdr.ModelException;
import dev.rpdr.nn.checkpoint.Checkpoint;
import java.util.Optional;

/**
 * How a checkpoint was taught to see a conversation: a system message, the user's message, and the
 * place where its answer begins. The Jinja of {@code tokenizer_config.json} is recognised, not
 * executed: what it writes for these two messages is known for each of the families here.
 */
public enum ChatTemplate {
  /** ChatML: Qwen, SmolLM2 and many others. */
  CHAT_ML(
      "<|im_start|>system\n%s<|im_end|>\n<|im_start|>user\n%s<|im_end|>\n<|im_start|>assistant\n",
      "<|im_end|>"),
  /** Llama 3. */
  LLAMA_3(
      "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\n%s<|eot_id|>"
          + "<|start_header_id|>user<|end_header_id|>\n\n%s<|eot_id|>"
          + "<|start_header_id|>assistant<|end_header_id|>\n\n",
      "<|eot_id|>"),
  /** Llama 3.1 to 3.3, which tell the date: always the template's own default, 26 July 2024. */
  LLAMA_3_1(
      "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\n"
          + "Cutting Knowledge Date: December 2023\nToday Date: 26 Jul 2024\n\n%s<|eot_id|>"
          + "<|start_header_id|>user<|end_header_id|>\n\n%s<|eot_id|>"
          + "<|start_header_id|>assistant<|end_header_id|>\n\n",
      "<|eot_id|>"),
  /** Llama 2 chat. */
  LLAMA_2("<s>[INST] <<SYS>>\n%s\n<</SYS>>\n\n%s [/INST]", "</s>"),
  /** Alpaca's instruction format, for checkpoints without a template, such as BenTsao. */
  ALPACA("<s>%s\n\n### Instruction:\n%s\n\n### Response:\n", "</s>");

  private final String pattern;
  private final String end;

  ChatTemplate(String pattern, String end) {
    this.pattern = pattern;
    this.end = end;
  }

  /** The template of a checkpoint; {@link #ALPACA} where it has none. */
  public static ChatTemplate of(Checkpoint checkpoint) {
    Optional<String> jinja = checkpoint.chatTemplate();
    try {
      return jinja.map(ChatTemplate::of).orElse(ALPACA);
    } catch (ModelException e) {
      throw new ModelException(checkpoint.name() + ": " + e.getMessage(), e);
    }
  }

  /**
   * The family of a template.
   *
   * @param jinja its source
   * @throws ModelException where it is of none that is known
   */
  public static ChatTemplate of(String jinja) {
    if (jinja.contains("<|im_start|>")) {
      return CHAT_ML;
    }
    if (jinja.contains("<|start_header_id|>")) {
      return jinja.contains("Cutting Knowledge Date") ? LLAMA_3_1 : LLAMA_3;
    }
    if (jinja.contains("[INST]") && jinja.contains("<<SYS>>")) {
      return LLAMA_2;
    }
    throw new ModelException(
        "the chat template is of no known family; known are ChatML, Llama 2, Llama 3 and 3.1, and"
            + " Alpaca for checkpoints without one");
  }

  /** The conversation up to where the answer begins; both messages without blanks around them. */
  public String render(String system, String user) {
    return pattern.formatted(system.strip(), user.strip());
  }

  /** The token that ends an answer. */
  public String end() {
    return end;
  }
}
