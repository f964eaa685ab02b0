package dev.rpdr.testkit.openai;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import dev.rpdr.testkit.Fault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Serves {@code /chat/completions}, to single requests and to those of batches. */
final class ChatDesk {
  private final FakeOpenAiServer.Builder settings;
  private final Tokens tokens;
  private final Ledger ledger;
  private final AtomicLong ids = new AtomicLong();

  ChatDesk(FakeOpenAiServer.Builder settings, Ledger ledger) {
    this.settings = settings;
    this.tokens = new Tokens(settings.tokens);
    this.ledger = ledger;
  }

  /** Serves one request, with latency and faults. */
  void serve(HttpExchange exchange, byte[] body) throws IOException, InterruptedException {
    ledger.begin();
    Sending sending;
    try {
      sending = answer(exchange, body);
    } finally {
      ledger.end(); // before it is sent, or the client's next request may count beside this one
    }
    sending.send();
  }

  private interface Sending {
    void send() throws IOException, InterruptedException;
  }

  private Sending answer(HttpExchange exchange, byte[] body) throws InterruptedException {
    JsonNode json = parse(body);
    String wrong = json == null ? "the body is no JSON" : wrong(json);
    if (json == null || wrong != null) {
      ledger.refused();
      String error = Replies.error(String.valueOf(wrong), "invalid_request_error", "bad_request");
      return () -> Replies.send(exchange, 400, error);
    }
    Thread.sleep(settings.latency.toMillis());
    Fault fault = settings.faults.next().orElse(null);
    ChatCall call = new ChatCall(json);
    if (fault != null && fault.isFailure()) {
      ledger.served(new ServedCall(call, fault, null, 0, 0));
      return () -> fail(exchange, fault, call);
    }
    String reply = completion(answered(call, fault)).toString();
    return () -> deliver(exchange, reply, fault);
  }

  private void deliver(HttpExchange exchange, String reply, @Nullable Fault fault)
      throws IOException, InterruptedException {
    try {
      if (fault == Fault.SLOW_DRIP) {
        Replies.drip(exchange, reply, settings.faults.drip());
      } else {
        Replies.send(exchange, 200, reply);
      }
    } catch (IOException e) {
      ledger.undelivered();
      throw e;
    }
  }

  /** The line of a batch's output for one line of its input. */
  ObjectNode batchLine(JsonNode line, String batch) {
    ObjectNode result = Replies.JSON.createObjectNode();
    result.put("id", "batch_req_" + ids.incrementAndGet());
    result.put("custom_id", line.path("custom_id").asText());
    ObjectNode response = result.putObject("response");
    response.put("request_id", batch + "-" + ids.get());
    result.putNull("error");
    String wrong = wrong(line.path("body"));
    if (wrong != null) {
      ledger.refused();
      response.put("status_code", 400);
      response.set("body", error(wrong));
      return result;
    }
    Fault fault = settings.faults.next().orElse(null);
    ChatCall call = new ChatCall(line.path("body"));
    if (fault != null && fault.isFailure()) {
      ledger.served(new ServedCall(call, fault, null, 0, 0));
      response.put("status_code", fault == Fault.RATE_LIMIT ? 429 : 500);
      response.set("body", error(fault.toString()));
      return result;
    }
    response.put("status_code", 200);
    response.set("body", completion(answered(call, fault)));
    return result;
  }

  private ServedCall answered(ChatCall call, @Nullable Fault fault) {
    String answer = settings.answer.apply(call);
    String text = fault == null ? answer : fault.spoil(answer);
    ServedCall served = new ServedCall(call, fault, text, tokens.of(call), tokens.of(text));
    ledger.served(served);
    return served;
  }

  private void fail(HttpExchange exchange, Fault fault, ChatCall call)
      throws IOException, InterruptedException {
    switch (fault) {
      case RATE_LIMIT -> {
        exchange
            .getResponseHeaders()
            .set("Retry-After", Long.toString(settings.faults.retryAfter().toSeconds()));
        Replies.send(
            exchange, 429, Replies.error("Rate limit reached", "requests", "rate_limit_exceeded"));
      }
      case SERVER_ERROR ->
          Replies.send(
              exchange, 500, Replies.error("The server had an error", "server_error", "internal"));
      case TIMEOUT -> {
        Thread.sleep(settings.faults.hang().toMillis());
        exchange.close();
      }
      case MALFORMED_BODY -> {
        String whole = completion(new ServedCall(call, fault, "A", 1, 1)).toString();
        Replies.send(exchange, 200, whole.substring(0, whole.length() / 2));
      }
      default -> exchange.close();
    }
  }

  private ObjectNode completion(ServedCall served) {
    String snapshot = settings.snapshot;
    ObjectNode body = Replies.JSON.createObjectNode();
    body.put("id", "chatcmpl-" + ids.incrementAndGet());
    body.put("object", "chat.completion");
    body.put("created", Instant.now().getEpochSecond());
    body.put("model", snapshot == null ? served.call().model() + "-fake" : snapshot);
    ObjectNode choice = body.putArray("choices").addObject();
    choice.put("index", 0);
    choice.putObject("message").put("role", "assistant").put("content", served.answer());
    choice.put("finish_reason", "stop");
    body.putObject("usage")
        .put("prompt_tokens", served.inputTokens())
        .put("completion_tokens", served.outputTokens())
        .put("total_tokens", served.inputTokens() + served.outputTokens());
    return body;
  }

  private @Nullable String wrong(JsonNode body) {
    if (body.path("model").asText().isEmpty() || body.path("messages").isEmpty()) {
      return "'model' and 'messages' are needed";
    }
    if (!settings.jsonSchema && new ChatCall(body).schema().isPresent()) {
      return "'response_format' of type 'json_schema' is not supported with this model";
    }
    return body.path("stream").asBoolean() ? "streaming is not served here" : null;
  }

  private static JsonNode error(String message) {
    return Replies.JSON.createObjectNode().put("message", message);
  }

  private static @Nullable JsonNode parse(byte[] body) {
    try {
      return Replies.JSON.readTree(new String(body, StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      return null;
    }
  }
}
