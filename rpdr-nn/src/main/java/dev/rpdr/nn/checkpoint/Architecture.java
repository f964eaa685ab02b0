package dev.rpdr.nn.checkpoint;

import dev.rpdr.ModelException;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The kinds of causal language model that can be run. */
public enum Architecture {
  /** Llama 1 to 3 and what is built alike: SmolLM2, TinyLlama, Vicuna, BenTsao. */
  LLAMA("LlamaForCausalLM", "llama"),
  /** Qwen 2 and 2.5: as Llama, with biases on query, key and value. */
  QWEN2("Qwen2ForCausalLM", "qwen2");

  private final String className;
  private final String label;

  Architecture(String className, String label) {
    this.className = className;
    this.label = label;
  }

  /** What {@code architectures} of a {@code config.json} calls it. */
  public String className() {
    return className;
  }

  /** What {@code model_type} and GGUF call it. */
  public String label() {
    return label;
  }

  /** Finds one by either name. */
  static Architecture of(String name, String where) {
    return Arrays.stream(values())
        .filter(known -> known.className.equals(name) || known.label.equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new ModelException(
                    "%s: architecture '%s' is not supported; supported are %s"
                        .formatted(where, name, names())));
  }

  private static String names() {
    return Arrays.stream(values()).map(Architecture::className).collect(Collectors.joining(", "));
  }
}
