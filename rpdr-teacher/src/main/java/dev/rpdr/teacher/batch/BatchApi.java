package dev.rpdr.teacher.batch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rpdr.TeacherAnswer.Usage;
import dev.rpdr.teacher.OpenAiEndpoint;
import dev.rpdr.teacher.call.Call;
import dev.rpdr.teacher.call.CallGuard;
import dev.rpdr.teacher.call.LostReplyException;
import dev.rpdr.teacher.call.Spend;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The requests that a batch takes. Thread-safe. */
final class BatchApi {
  private static final String TOKEN = "rpdr-token";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final OpenAiEndpoint endpoint;
  private final CallGuard guard;
  private final String model;

  BatchApi(OpenAiEndpoint endpoint, CallGuard guard, String model) {
    this.endpoint = endpoint;
    this.guard = guard;
    this.model = model;
  }

  String baseUrl() {
    return endpoint.baseUrl();
  }

  /** Uploads the lines of a batch and gives the file's id. */
  String upload(String lines) {
    String boundary = "rpdr-" + UUID.randomUUID();
    String type = "multipart/form-data; boundary=" + boundary;
    String part = "--" + boundary + "\r\nContent-Disposition: form-data; name=";
    String head =
        part
            + "\"purpose\"\r\n\r\nbatch\r\n"
            + part
            + "\"file\"; filename=\"input.jsonl\"\r\nContent-Type: application/jsonl\r\n\r\n";
    BodyPublisher body =
        BodyPublishers.concat(
            BodyPublishers.ofString(head),
            BodyPublishers.ofString(lines),
            BodyPublishers.ofString("\r\n--" + boundary + "--\r\n"));
    JsonNode file = json(call("upload the batch", () -> endpoint.post("/files", type, body)));
    return text(file, "id");
  }

  /**
   * Makes the batch, once: whenever it may have been made already, it is looked for first.
   *
   * @param continued whether an earlier process may have made it
   */
  String create(String inputFile, String token, boolean continued) {
    ObjectNode wanted =
        JSON.createObjectNode()
            .put("input_file_id", inputFile)
            .put("endpoint", BatchLines.ENDPOINT)
            .put("completion_window", "24h");
    wanted.putObject("metadata").put(TOKEN, token);
    boolean[] maybeMade = {continued};
    return call(
        "make the batch",
        () -> {
          String found = maybeMade[0] ? find(token) : null;
          if (found != null) {
            return found;
          }
          maybeMade[0] = true;
          return text(json(endpoint.postJson("/batches", wanted.toString())), "id");
        });
  }

  private @Nullable String find(String token) {
    String path = "/batches?limit=100";
    while (true) {
      JsonNode page = json(endpoint.get(path));
      String last = null;
      for (JsonNode batch : page.path("data")) {
        last = text(batch, "id");
        if (token.equals(batch.path("metadata").path(TOKEN).asText())) {
          return last;
        }
      }
      if (last == null || !page.path("has_more").asBoolean()) {
        return null;
      }
      path = "/batches?limit=100&after=" + last;
    }
  }

  BatchStatus status(String batch) {
    return BatchStatus.of(json(call("look at the batch", () -> endpoint.get("/batches/" + batch))));
  }

  BatchStatus cancel(String batch) {
    String path = "/batches/" + batch + "/cancel";
    return BatchStatus.of(json(call("cancel the batch", () -> endpoint.postJson(path, "{}"))));
  }

  /** The content of a file; nothing where there is none. */
  String content(@Nullable String file) {
    return file == null
        ? ""
        : call("read the results", () -> endpoint.get("/files/" + file + "/content"));
  }

  private String call(String subject, Supplier<String> attempt) {
    Call call = new Call(subject, model, 1, new Usage(0, 0));
    return guard.call(call, attempt, reply -> new Spend(null, null));
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new LostReplyException("the reply is no JSON: " + e.getOriginalMessage(), e);
    }
  }

  private static String text(JsonNode node, String field) {
    if (!node.path(field).isTextual()) {
      throw new LostReplyException("the reply has no '" + field + "'", null);
    }
    return node.get(field).asText();
  }
}
