package dev.rpdr.testkit.openai;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Serves {@code /files} and {@code /batches}: a file of requests is uploaded, a batch made of it,
 * and after a number of looks at it the batch is done and its results are files. Thread-safe.
 */
final class BatchDesk {
  private final ChatDesk chat;
  private final int looks;
  private final Map<String, byte[]> contents = new HashMap<>();
  private final Map<String, ObjectNode> files = new HashMap<>();
  private final Map<String, ObjectNode> batches = new HashMap<>();
  private final Map<String, Integer> looked = new HashMap<>();

  /**
   * A desk.
   *
   * @param looks how often a batch is looked at before it is done, ≥ 0
   */
  BatchDesk(ChatDesk chat, int looks) {
    this.chat = chat;
    this.looks = looks;
  }

  /** Keeps an uploaded file and describes it. */
  synchronized ObjectNode upload(String name, String purpose, byte[] content) {
    String id = "file-" + (files.size() + 1);
    ObjectNode file = Replies.JSON.createObjectNode();
    file.put("id", id).put("object", "file").put("bytes", content.length);
    file.put("created_at", now()).put("filename", name).put("purpose", purpose);
    file.put("status", "processed");
    files.put(id, file);
    contents.put(id, content);
    return file;
  }

  synchronized @Nullable ObjectNode file(String id) {
    return files.get(id);
  }

  synchronized byte @Nullable [] content(String id) {
    return contents.get(id);
  }

  /** Makes a batch, or nothing where there is no such file. */
  synchronized @Nullable ObjectNode create(JsonNode request) {
    String input = request.path("input_file_id").asText();
    if (!contents.containsKey(input)) {
      return null;
    }
    String id = "batch_" + (batches.size() + 1);
    ObjectNode batch = Replies.JSON.createObjectNode();
    batch.put("id", id).put("object", "batch");
    batch.put("endpoint", request.path("endpoint").asText());
    batch.put("input_file_id", input);
    batch.put("completion_window", request.path("completion_window").asText());
    batch.put("status", "validating").putNull("errors");
    batch.putNull("output_file_id").putNull("error_file_id");
    batch.put("created_at", now());
    batch.set("metadata", request.path("metadata"));
    counts(batch, 0, 0, 0);
    batches.put(id, batch);
    looked.put(id, 0);
    return batch.deepCopy();
  }

  /** A batch as it is now; each look brings it on. */
  synchronized @Nullable ObjectNode look(String id) {
    ObjectNode batch = batches.get(id);
    if (batch == null) {
      return null;
    }
    int count = looked.merge(id, 1, Integer::sum);
    String status = batch.path("status").asText();
    if (status.equals("validating") || status.equals("in_progress")) {
      if (count > looks) {
        complete(batch);
      } else {
        batch.put("status", "in_progress");
      }
    }
    return batch.deepCopy();
  }

  synchronized @Nullable ObjectNode cancel(String id) {
    ObjectNode batch = batches.get(id);
    if (batch == null) {
      return null;
    }
    if (!batch.path("status").asText().equals("completed")) {
      batch.put("status", "cancelled").put("cancelled_at", now());
    }
    return batch.deepCopy();
  }

  private void complete(ObjectNode batch) {
    String id = batch.path("id").asText();
    byte[] input = contents.getOrDefault(batch.path("input_file_id").asText(), new byte[0]);
    List<String> answers = new ArrayList<>();
    List<String> errors = new ArrayList<>();
    List<String> lines =
        new String(input, StandardCharsets.UTF_8).lines().filter(l -> !l.isBlank()).toList();
    for (String line : lines) {
      ObjectNode result;
      try {
        result = chat.batchLine(Replies.JSON.readTree(line), id);
      } catch (JsonProcessingException e) {
        batch.put("status", "failed").put("failed_at", now());
        batch
            .putObject("errors")
            .putArray("data")
            .addObject()
            .put("code", "invalid_json_line")
            .put("message", "a line of the input file is no JSON");
        return;
      }
      boolean good = result.path("response").path("status_code").asInt() == 200;
      (good ? answers : errors).add(result.toString());
    }
    batch.put("status", "completed").put("completed_at", now());
    counts(batch, lines.size(), answers.size(), errors.size());
    if (!answers.isEmpty()) {
      batch.put("output_file_id", store(id + "_output.jsonl", answers));
    }
    if (!errors.isEmpty()) {
      batch.put("error_file_id", store(id + "_error.jsonl", errors));
    }
  }

  private String store(String name, List<String> lines) {
    byte[] content = (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
    return upload(name, "batch_output", content).path("id").asText();
  }

  private static void counts(ObjectNode batch, int total, int completed, int failed) {
    batch
        .putObject("request_counts")
        .put("total", total)
        .put("completed", completed)
        .put("failed", failed);
  }

  private static long now() {
    return Instant.now().getEpochSecond();
  }
}
