package dev.rpdr.testkit.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rpdr.testkit.Fault;
import dev.rpdr.testkit.Faults;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class FakeOpenAiServerTest {
  private static final String CHAT = "/chat/completions";

  @Test
  void anAnswerRanksTheCandidatesAndSaysModelAndTokens() throws Exception {
    try (FakeOpenAiServer server =
        FakeOpenAiServer.builder()
            .snapshot("gpt-test-2026-01-01")
            .tokens(String::length)
            .answering(ListwiseAnswer.byNames(call -> List.of("Vomiting", "Nausea & more")))
            .start()) {
      HttpResponse<String> response =
          Http.post(server, CHAT, Http.call("felt sick", "Nausea &amp; more", "Vomiting", "Rash"));

      JsonNode body = Http.json(response);
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(body.at("/choices/0/message/content").asText()).isEqualTo("B > A");
      assertThat(body.at("/choices/0/finish_reason").asText()).isEqualTo("stop");
      assertThat(body.path("model").asText()).isEqualTo("gpt-test-2026-01-01");
      assertThat(body.at("/usage/completion_tokens").asInt()).isEqualTo(5);
      ServedCall served = server.calls().get(0);
      assertThat(served.call().mention()).contains("felt sick");
      assertThat(served.call().candidates())
          .containsExactlyEntriesOf(
              Map.of("A", "Nausea & more", "B", "Vomiting", "C", "Rash").entrySet().stream()
                  .sorted(Map.Entry.comparingByKey())
                  .collect(
                      java.util.LinkedHashMap::new,
                      (map, e) -> map.put(e.getKey(), e.getValue()),
                      Map::putAll));
      int input = 3 + 4 + "You rank.".length() + 4 + served.call().lastUserMessage().length();
      assertThat(body.at("/usage/prompt_tokens").asInt()).isEqualTo(input);
      ServerCounts counts = server.counts();
      assertThat(counts.requests()).isEqualTo(1);
      assertThat(counts.answers()).isEqualTo(1);
      assertThat(counts.inputTokens()).isEqualTo(input);
      assertThat(counts.outputTokens()).isEqualTo(5);
    }
  }

  @Test
  void aSchemaIsAnsweredByAnObjectThatFitsItOrRefused() throws Exception {
    ObjectNode call = (ObjectNode) Replies.JSON.readTree(Http.call("x", "Nausea", "Rash"));
    call.set(
        "response_format",
        Replies.JSON.readTree(
            """
            {"type":"json_schema","json_schema":{"name":"ranking","strict":true,"schema":
              {"type":"object","properties":{"ranking":{"type":"array","items":{"type":"string"}}}}}}
            """));
    try (FakeOpenAiServer server = FakeOpenAiServer.builder().start();
        FakeOpenAiServer old = FakeOpenAiServer.builder().withoutJsonSchema().start()) {
      JsonNode body = Http.json(Http.post(server, CHAT, call.toString()));
      assertThat(body.at("/choices/0/message/content").asText())
          .isEqualTo("{\"ranking\":[\"A\",\"B\"]}");

      HttpResponse<String> refused = Http.post(old, CHAT, call.toString());
      assertThat(refused.statusCode()).isEqualTo(400);
      assertThat(refused.body()).contains("'json_schema' is not supported");
      assertThat(old.counts().refused()).isEqualTo(1);
    }
  }

  @Test
  void aKeyIsNeededAndNotKept() throws Exception {
    try (FakeOpenAiServer server = FakeOpenAiServer.builder().start()) {
      HttpRequest without =
          HttpRequest.newBuilder(URI.create(server.baseUrl() + CHAT))
              .POST(HttpRequest.BodyPublishers.ofString(Http.call("x", "Nausea")))
              .build();
      assertThat(Http.send(without).statusCode()).isEqualTo(401);
      assertThat(Http.post(server, CHAT, Http.call("x", "Nausea")).statusCode()).isEqualTo(200);
      assertThat(server.calls() + server.toString()).doesNotContain("sk-fake");
      assertThat(server.counts().refused()).isEqualTo(1);
    }
  }

  @Test
  void wrongRequestsAreRefusedWithAReason() throws Exception {
    try (FakeOpenAiServer server = FakeOpenAiServer.builder().start()) {
      assertThat(Http.post(server, CHAT, "{").body()).contains("the body is no JSON");
      assertThat(Http.post(server, CHAT, "{}").body()).contains("'model' and 'messages'");
      assertThat(Http.get(server, "/nothing").statusCode()).isEqualTo(404);
      assertThat(server.counts().requests()).isEqualTo(2);
      assertThat(server.counts().refused()).isEqualTo(2);
    }
    assertThatThrownBy(() -> FakeOpenAiServer.builder().latency(Duration.ofMillis(-1)))
        .hasMessage("latency must be >= 0, not PT-0.001S");
  }

  @Test
  void everyFaultOfTheWireLooksAsItShould() throws Exception {
    Faults faults =
        Faults.sequence(
                Fault.RATE_LIMIT,
                Fault.SERVER_ERROR,
                Fault.MALFORMED_BODY,
                Fault.SLOW_DRIP,
                Fault.CONNECTION_RESET,
                Fault.TIMEOUT)
            .withRetryAfter(Duration.ofSeconds(3))
            .withDrip(Duration.ofMillis(200));
    String call = Http.call("x", "Nausea");
    try (FakeOpenAiServer server = FakeOpenAiServer.builder().faults(faults).start()) {
      HttpResponse<String> busy = Http.post(server, CHAT, call);
      assertThat(busy.statusCode()).isEqualTo(429);
      assertThat(busy.headers().firstValue("Retry-After")).contains("3");
      assertThat(Http.post(server, CHAT, call).statusCode()).isEqualTo(500);
      String broken = Http.post(server, CHAT, call).body();
      assertThatThrownBy(() -> Replies.JSON.readTree(broken)).isInstanceOf(IOException.class);
      long start = System.nanoTime();
      assertThat(Http.post(server, CHAT, call).body()).contains("\"content\":\"A\"");
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isGreaterThanOrEqualTo(Duration.ofMillis(100));
      assertThatThrownBy(() -> Http.post(server, CHAT, call)).isInstanceOf(IOException.class);
      CompletableFuture<HttpResponse<String>> hanging = Http.postAsync(server, CHAT, call);
      while (!server.counts().faults().containsKey(Fault.TIMEOUT)) {
        Thread.sleep(1);
      }
      assertThatThrownBy(() -> hanging.get(200, TimeUnit.MILLISECONDS))
          .isInstanceOf(TimeoutException.class);
      hanging.cancel(true);
      assertThat(Http.post(server, CHAT, call).statusCode()).isEqualTo(200);

      ServerCounts counts = server.counts();
      assertThat(counts.requests()).isEqualTo(7);
      assertThat(counts.answers()).isEqualTo(2);
      assertThat(counts.failures()).isEqualTo(5).isEqualTo(faults.failures());
      assertThat(counts.faults()).isEqualTo(faults.counts());
    }
  }

  @Test
  void manyRequestsAreServedAtOnce() {
    Duration latency = Duration.ofMillis(200);
    CountDownLatch allThere = new CountDownLatch(32);
    try (FakeOpenAiServer server =
        FakeOpenAiServer.builder()
            .latency(latency)
            .answering(call -> onceThere(allThere, call))
            .start()) {
      List<CompletableFuture<HttpResponse<String>>> responses = new ArrayList<>();
      for (int i = 0; i < 32; i++) {
        responses.add(Http.postAsync(server, CHAT, Http.call("x", "Nausea")));
      }
      assertThat(responses).allMatch(response -> response.join().statusCode() == 200);
      ServerCounts counts = server.counts();
      assertThat(counts.answers()).isEqualTo(32);
      assertThat(counts.mostAtOnce()).isEqualTo(32);
      assertThat(counts.busy()).isGreaterThanOrEqualTo(latency);
    }
  }

  private static String onceThere(CountDownLatch all, ChatCall call) {
    all.countDown();
    try {
      assertThat(all.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return ListwiseAnswer.asShown(call);
  }
}
