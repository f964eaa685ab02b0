package dev.rpdr.testkit.openai;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A plain client for tests. */
final class Http {
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private Http() {}

  static HttpRequest.Builder request(FakeOpenAiServer server, String path) {
    return HttpRequest.newBuilder(URI.create(server.baseUrl() + path))
        .timeout(Duration.ofSeconds(120))
        .header("Authorization", "Bearer sk-fake")
        .header("Content-Type", "application/json");
  }

  static HttpResponse<String> post(FakeOpenAiServer server, String path, String body)
      throws IOException, InterruptedException {
    return send(request(server, path).POST(HttpRequest.BodyPublishers.ofString(body)).build());
  }

  static CompletableFuture<HttpResponse<String>> postAsync(
      FakeOpenAiServer server, String path, String body) {
    return CLIENT.sendAsync(
        request(server, path).POST(HttpRequest.BodyPublishers.ofString(body)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  static HttpResponse<String> get(FakeOpenAiServer server, String path)
      throws IOException, InterruptedException {
    return send(request(server, path).GET().build());
  }

  static HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
    return CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
  }

  static JsonNode json(HttpResponse<String> response) throws IOException {
    return Replies.JSON.readTree(response.body());
  }

  /** A call in the form of this library's prompts. */
  static String call(String mention, String... candidates) {
    StringBuilder user = new StringBuilder("Examples. <mention>other</mention>\nA. Not this\n");
    user.append("Mention: <mention>").append(mention).append("</mention>\nCandidates:\n");
    for (int i = 0; i < candidates.length; i++) {
      user.append((char) ('A' + i)).append(". ").append(candidates[i]).append('\n');
    }
    var body = Replies.JSON.createObjectNode().put("model", "gpt-test");
    var messages = body.putArray("messages");
    messages.addObject().put("role", "system").put("content", "You rank.");
    messages.addObject().put("role", "user").put("content", user.append("Answer:").toString());
    return body.toString();
  }
}
