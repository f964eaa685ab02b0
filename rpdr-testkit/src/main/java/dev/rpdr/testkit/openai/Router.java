package dev.rpdr.testkit.openai;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds who serves a request. */
final class Router {
  private static final Pattern RESOURCE =
      Pattern.compile("/v1/(files|batches)/([^/]+)(?:/(content|cancel))?");

  private final ChatDesk chat;
  private final BatchDesk batches;
  private final Ledger ledger;

  Router(ChatDesk chat, BatchDesk batches, Ledger ledger) {
    this.chat = chat;
    this.batches = batches;
    this.ledger = ledger;
  }

  void route(HttpExchange exchange) throws IOException, InterruptedException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    String what = exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
    if (!hasKey(exchange)) {
      if (what.endsWith("/chat/completions")) {
        ledger.refused();
      }
      Replies.send(
          exchange,
          401,
          Replies.error("no bearer key was given", "invalid_request_error", "invalid_api_key"));
      return;
    }
    switch (what) {
      case "POST /v1/chat/completions" -> chat.serve(exchange, body);
      case "GET /v1/models" -> Replies.send(exchange, 200, "{\"object\":\"list\",\"data\":[]}");
      case "POST /v1/files" -> upload(exchange, body);
      case "POST /v1/batches" ->
          reply(exchange, batches.create(json(body)), "there is no such input file");
      default -> resource(exchange, what);
    }
  }

  private void upload(HttpExchange exchange, byte[] body) throws IOException {
    Multipart form = Multipart.parse(exchange.getRequestHeaders().getFirst("Content-Type"), body);
    byte[] file = form == null ? null : form.file();
    if (form == null || file == null) {
      Replies.send(
          exchange,
          400,
          Replies.error("a form with a file is needed", "invalid_request_error", "no_file"));
      return;
    }
    String purpose = form.fields().getOrDefault("purpose", "");
    Replies.send(exchange, 200, batches.upload(form.fileName(), purpose, file).toString());
  }

  private void resource(HttpExchange exchange, String what) throws IOException {
    Matcher path = RESOURCE.matcher(exchange.getRequestURI().getPath());
    if (!path.matches()) {
      notFound(exchange, "there is nothing at " + what);
      return;
    }
    String id = path.group(2);
    String verb = exchange.getRequestMethod() + " " + path.group(1) + " " + path.group(3);
    switch (verb) {
      case "GET files null" -> reply(exchange, batches.file(id), "there is no file " + id);
      case "GET files content" -> {
        byte[] content = batches.content(id);
        if (content == null) {
          notFound(exchange, "there is no file " + id);
        } else {
          Replies.send(exchange, 200, "application/octet-stream", content);
        }
      }
      case "GET batches null" -> reply(exchange, batches.look(id), "there is no batch " + id);
      case "POST batches cancel" -> reply(exchange, batches.cancel(id), "there is no batch " + id);
      default -> notFound(exchange, "there is nothing at " + what);
    }
  }

  private static void reply(HttpExchange exchange, @Nullable JsonNode node, String otherwise)
      throws IOException {
    if (node == null) {
      notFound(exchange, otherwise);
    } else {
      Replies.send(exchange, 200, node.toString());
    }
  }

  private static void notFound(HttpExchange exchange, String message) throws IOException {
    Replies.send(exchange, 404, Replies.error(message, "invalid_request_error", "not_found"));
  }

  private static boolean hasKey(HttpExchange exchange) {
    String header = exchange.getRequestHeaders().getFirst("Authorization");
    return header != null && header.matches("Bearer \\S+");
  }

  private static JsonNode json(byte[] body) {
    try {
      return Replies.JSON.readTree(new String(body, StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      return Replies.JSON.createObjectNode();
    }
  }
}
