package dev.rpdr.teacher;

import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.openai.OpenAiChatRequestParameters;
import java.util.Map;

/** How a server takes the grammar that answers are held to. */
public enum GrammarStyle {
  /** Not at all: Ollama, OpenAI. Answers are read as they come. */
  NONE,
  /** The request's field {@code grammar} of a llama.cpp server. */
  LLAMA_CPP,
  /** The request's field {@code structured_outputs.grammar} of vLLM since 0.12. */
  VLLM;

  /** Its name in identities. */
  String key() {
    return this == NONE ? "none" : this == VLLM ? "vllm" : "llama.cpp";
  }

  /** A request's parameters: greedy, bounded, and held to the grammar where that can be said. */
  ChatRequestParameters parameters(String grammar, int maxOutputTokens) {
    if (this == NONE) {
      return ChatRequestParameters.builder()
          .temperature(0.0)
          .maxOutputTokens(maxOutputTokens)
          .build();
    }
    return OpenAiChatRequestParameters.builder()
        .temperature(0.0)
        .maxOutputTokens(maxOutputTokens)
        .customParameters(
            this == VLLM
                ? Map.of("structured_outputs", Map.of("grammar", grammar))
                : Map.of("grammar", grammar))
        .build();
  }
}
