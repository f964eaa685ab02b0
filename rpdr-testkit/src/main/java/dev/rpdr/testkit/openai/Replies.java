package dev.rpdr.testkit.openai;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;

/** Writes HTTP responses. */
final class Replies {
  static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int DRIPS = 20;

  private Replies() {}

  /** The body of an error as OpenAI writes it. */
  static String error(String message, String type, String code) {
    ObjectNode error = JSON.createObjectNode();
    error.putObject("error").put("message", message).put("type", type).put("code", code);
    return error.toString();
  }

  static void send(HttpExchange exchange, int status, String body) throws IOException {
    send(exchange, status, "application/json", body.getBytes(StandardCharsets.UTF_8));
  }

  static void send(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(body);
    }
  }

  /** Sends a whole body in small pieces, evenly over a time. */
  static void drip(HttpExchange exchange, String text, Duration time)
      throws IOException, InterruptedException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    int piece = Math.max(1, (body.length + DRIPS - 1) / DRIPS);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      for (int from = 0; from < body.length; from += piece) {
        out.write(Arrays.copyOfRange(body, from, Math.min(body.length, from + piece)));
        out.flush();
        Thread.sleep(time.toMillis() / DRIPS);
      }
    }
  }
}
