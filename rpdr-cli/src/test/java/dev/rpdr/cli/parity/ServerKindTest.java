package dev.rpdr.cli.parity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.rpdr.DataFormatException;
import dev.rpdr.distill.llm.ServerPrompts;
import dev.rpdr.nn.causal.Tokens;
import dev.rpdr.teacher.OpenAiEndpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ServerKindTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, JsonNode> asked = new ConcurrentHashMap<>();
  private final Map<String, String> answers = new ConcurrentHashMap<>();
  private HttpServer http;
  private OpenAiEndpoint root;

  @BeforeEach
  void start() throws IOException {
    http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.createContext("/", this::answer);
    http.start();
    root =
        OpenAiEndpoint.at(
            "http://127.0.0.1:" + http.getAddress().getPort(), null, Duration.ofSeconds(60));
  }

  @AfterEach
  void stop() {
    http.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    asked.put(path, JSON.readTree(exchange.getRequestBody()));
    byte[] body = answers.getOrDefault(path, "{}").getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @Test
  void llama_cpp_tells_text_and_tokens() {
    answers.put("/apply-template", "{\"prompt\": \"<s>hello\"}");
    answers.put("/tokenize", "{\"tokens\": [1, 42]}");

    ServerPrompts.Told told = ServerKind.LLAMA_CPP.prompts(root, "m").prompt("sys", "hello");

    assertThat(told).isEqualTo(new ServerPrompts.Told("<s>hello", Tokens.of(1, 42)));
    assertThat(asked.get("/apply-template"))
        .hasToString(
            "{\"messages\":[{\"role\":\"system\",\"content\":\"sys\"},"
                + "{\"role\":\"user\",\"content\":\"hello\"}]}");
    assertThat(asked.get("/tokenize"))
        .hasToString("{\"content\":\"<s>hello\",\"add_special\":true,\"parse_special\":true}");
  }

  @Test
  void vllm_tells_tokens_of_messages() {
    answers.put("/tokenize", "{\"count\": 2, \"tokens\": [5, 6]}");

    ServerPrompts.Told told = ServerKind.VLLM.prompts(root, "ours").prompt("sys", "hello");

    assertThat(told).isEqualTo(new ServerPrompts.Told(null, Tokens.of(5, 6)));
    JsonNode body = Objects.requireNonNull(asked.get("/tokenize"));
    assertThat(body.path("model").asText()).isEqualTo("ours");
    assertThat(body.path("add_generation_prompt").asBoolean()).isTrue();
    assertThat(body.path("messages")).hasSize(2);
  }

  @Test
  void ollama_tells_nothing_and_is_not_asked() {
    assertThat(ServerKind.OLLAMA.prompts(root, "m").prompt("sys", "hello"))
        .isEqualTo(ServerPrompts.Told.NOTHING);
    assertThat(asked).isEmpty();
  }

  @Test
  void answers_that_tell_no_prompt_are_errors_that_name_the_path() {
    ServerPrompts llama = ServerKind.LLAMA_CPP.prompts(root, "m");
    assertThatThrownBy(() -> llama.prompt("s", "u"))
        .isInstanceOf(DataFormatException.class)
        .hasMessageContaining("/apply-template");
    ServerPrompts vllm = ServerKind.VLLM.prompts(root, "m");
    assertThatThrownBy(() -> vllm.prompt("s", "u")).hasMessageContaining("gave no 'tokens'");
    answers.put("/tokenize", "{\"tokens\": [\"a\"]}");
    assertThatThrownBy(() -> vllm.prompt("s", "u")).hasMessageContaining("is no token");
    answers.put("/tokenize", "<html>");
    assertThatThrownBy(() -> vllm.prompt("s", "u")).hasMessageContaining("gave no JSON");
    assertThatThrownBy(() -> ServerKind.of("triton"))
        .hasMessageContaining("known are vllm, llamacpp, ollama, compatible");
  }
}
