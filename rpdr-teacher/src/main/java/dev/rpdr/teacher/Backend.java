package dev.rpdr.teacher;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The kinds of server that speak OpenAI's chat protocol, and where they differ. */
enum Backend {
  OPENAI("openai", "https://api.openai.com/v1"),
  DEEPSEEK("deepseek", "https://api.deepseek.com/v1"),
  OLLAMA("ollama", "http://localhost:11434/v1"),
  VLLM("vllm", "http://localhost:8000/v1"),
  LLAMA_CPP("llama.cpp", "http://localhost:8080/v1"),
  COMPATIBLE("openai-compatible", null);

  /** OpenAI's models from before structured outputs, which came with gpt-4o-2024-08-06. */
  private static final Pattern WITHOUT_SCHEMA =
      Pattern.compile("gpt-3\\.5.*|gpt-4|gpt-4-.*|gpt-4o-2024-05-13|o1-mini.*|o1-preview.*");

  private final String key;
  private final @Nullable String address;

  Backend(String key, @Nullable String address) {
    this.key = key;
    this.address = address;
  }

  /** Its name in identities. */
  String key() {
    return key;
  }

  /** Where it is unless the caller says otherwise. */
  @Nullable String address() {
    return address;
  }

  /**
   * What is asked of a model where the caller does not say.
   *
   * @param atItsOwnAddress false where the caller named another, behind which may be anything
   */
  AnswerFormat usual(String model, boolean atItsOwnAddress) {
    boolean schema =
        switch (this) {
          case OPENAI -> atItsOwnAddress && !WITHOUT_SCHEMA.matcher(model).matches();
          case OLLAMA, VLLM, LLAMA_CPP -> true;
          case DEEPSEEK, COMPATIBLE -> false;
        };
    return schema ? AnswerFormat.JSON_SCHEMA : AnswerFormat.TEXT;
  }

  void requireSupport(AnswerFormat format) {
    if (this == DEEPSEEK && format == AnswerFormat.JSON_SCHEMA) {
      throw new IllegalArgumentException(
          "answers JSON_SCHEMA is not supported by " + key + "; supported is TEXT");
    }
  }
}
