package dev.rpdr.cli.parity;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rpdr.DataFormatException;
import dev.rpdr.distill.llm.ServerPrompts;
import dev.rpdr.nn.causal.Tokens;
import dev.rpdr.teacher.GrammarStyle;
import dev.rpdr.teacher.OpenAiEndpoint;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The servers that a student may be served by, and what they tell of their prompts. */
public enum ServerKind {
  /** Tells tokens ({@code /tokenize} of messages). */
  VLLM("vllm", "http://localhost:8000/v1", GrammarStyle.VLLM),
  /** Tells text and tokens ({@code /apply-template}, {@code /tokenize}). */
  LLAMA_CPP("llamacpp", "http://localhost:8080/v1", GrammarStyle.LLAMA_CPP),
  /** Tells nothing. */
  OLLAMA("ollama", "http://localhost:11434/v1", GrammarStyle.NONE),
  /** Any other; tells nothing. */
  COMPATIBLE("compatible", "", GrammarStyle.NONE);

  private static final ObjectMapper JSON = new ObjectMapper();

  private final String label;
  private final String address;
  private final GrammarStyle grammar;

  ServerKind(String label, String address, GrammarStyle grammar) {
    this.label = label;
    this.address = address;
    this.grammar = grammar;
  }

  /** The kind of a label. */
  public static ServerKind of(String label) {
    return Arrays.stream(values())
        .filter(kind -> kind.label.equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "server '"
                        + label
                        + "' is unknown; known are "
                        + Arrays.stream(values())
                            .map(kind -> kind.label)
                            .collect(Collectors.joining(", "))));
  }

  /** Where it usually is, with {@code /v1}; empty where there is no usual place. */
  public String address() {
    return address;
  }

  /** How it takes grammars. */
  public GrammarStyle grammar() {
    return grammar;
  }

  /**
   * What it makes of messages.
   *
   * @param root the server without {@code /v1}, where these paths are
   * @param model as vLLM knows it
   */
  public ServerPrompts prompts(OpenAiEndpoint root, String model) {
    return switch (this) {
      case VLLM -> (system, user) -> vllm(root, model, system, user);
      case LLAMA_CPP -> (system, user) -> llamaCpp(root, system, user);
      case OLLAMA, COMPATIBLE -> (system, user) -> ServerPrompts.Told.NOTHING;
    };
  }

  private static ServerPrompts.Told vllm(
      OpenAiEndpoint root, String model, String system, String user) {
    ObjectNode body =
        messages(system, user)
            .put("model", model)
            .put("add_generation_prompt", true)
            .put("add_special_tokens", false);
    return new ServerPrompts.Told(null, tokens(root, body));
  }

  private static ServerPrompts.Told llamaCpp(OpenAiEndpoint root, String system, String user) {
    JsonNode prompt = ask(root, "/apply-template", messages(system, user)).path("prompt");
    if (!prompt.isTextual()) {
      throw new DataFormatException("/apply-template of " + root.baseUrl() + " gave no 'prompt'");
    }
    ObjectNode body =
        JSON.createObjectNode()
            .put("content", prompt.asText())
            .put("add_special", true)
            .put("parse_special", true);
    return new ServerPrompts.Told(prompt.asText(), tokens(root, body));
  }

  private static ObjectNode messages(String system, String user) {
    ObjectNode body = JSON.createObjectNode();
    body.putArray("messages")
        .add(JSON.createObjectNode().put("role", "system").put("content", system))
        .add(JSON.createObjectNode().put("role", "user").put("content", user));
    return body;
  }

  private static Tokens tokens(OpenAiEndpoint root, ObjectNode body) {
    JsonNode tokens = ask(root, "/tokenize", body).path("tokens");
    int[] ids = new int[tokens.size()];
    for (int i = 0; i < ids.length; i++) {
      if (!tokens.get(i).isInt()) {
        throw new DataFormatException(
            "/tokenize of " + root.baseUrl() + " gave " + tokens.get(i) + ", which is no token");
      }
      ids[i] = tokens.get(i).asInt();
    }
    if (ids.length == 0) {
      throw new DataFormatException("/tokenize of " + root.baseUrl() + " gave no 'tokens'");
    }
    return Tokens.of(ids);
  }

  private static JsonNode ask(OpenAiEndpoint root, String path, ObjectNode body) {
    try {
      return JSON.readTree(root.postJson(path, JSON.writeValueAsString(body)));
    } catch (JsonProcessingException e) {
      throw new DataFormatException(path + " of " + root.baseUrl() + " gave no JSON", e);
    }
  }
}
