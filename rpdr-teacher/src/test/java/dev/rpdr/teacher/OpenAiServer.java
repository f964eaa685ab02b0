package dev.rpdr.teacher;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.MappingBuilder;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A local server that speaks the OpenAI chat protocol. */
public final class OpenAiServer implements AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Pattern MENTION = Pattern.compile("<mention>([^<]*)</mention>");

  private final WireMockServer server =
      new WireMockServer(options().dynamicPort().bindAddress("127.0.0.1"));

  public OpenAiServer() {
    server.start();
  }

  public String baseUrl() {
    return "http://127.0.0.1:" + server.port() + "/v1";
  }

  public static MappingBuilder chat() {
    return post(urlEqualTo("/v1/chat/completions"));
  }

  /** A successful response. */
  public static ResponseDefinitionBuilder answer(String text, String finishReason) {
    ObjectNode body = JSON.createObjectNode();
    body.put("id", "c1")
        .put("object", "chat.completion")
        .put("created", 1)
        .put("model", "m-2026-01");
    ObjectNode choice = body.putArray("choices").addObject();
    choice.put("index", 0).put("finish_reason", finishReason);
    choice.putObject("message").put("role", "assistant").put("content", text);
    body.putObject("usage")
        .put("prompt_tokens", 120)
        .put("completion_tokens", 7)
        .put("total_tokens", 127);
    return aResponse().withHeader("Content-Type", "application/json").withBody(body.toString());
  }

  public void answers(String text) {
    stub(chat().willReturn(answer(text, "stop")));
  }

  public void stub(MappingBuilder mapping) {
    server.stubFor(mapping);
  }

  /** All requests so far, as they came. */
  public List<LoggedRequest> requests() {
    return server.getAllServeEvents().stream()
        .map(event -> LoggedRequest.createFrom(event.getRequest()))
        .toList();
  }

  /** The mentions that were asked about; examples of the prompt are left out. */
  public List<String> mentions() {
    return requests().stream().map(OpenAiServer::mention).toList();
  }

  public static JsonNode body(LoggedRequest request) {
    try {
      return JSON.readTree(request.getBodyAsString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String mention(LoggedRequest request) {
    String last = "";
    for (JsonNode message : body(request).path("messages")) {
      Matcher matcher = MENTION.matcher(message.path("content").asText());
      while (matcher.find()) {
        last = matcher.group(1);
      }
    }
    return last;
  }

  @Override
  public void close() {
    server.stop();
  }
}
