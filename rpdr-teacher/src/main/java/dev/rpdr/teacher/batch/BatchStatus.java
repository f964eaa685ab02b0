package dev.rpdr.teacher.batch;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a batch is getting on.
 *
 * @param id the service's name for it
 * @param state its state
 * @param total how many requests it has; 0 until the service has counted them
 * @param completed how many are answered
 * @param failed how many have failed
 * @param errors why the whole batch failed; empty where it did not
 * @param outputFile the file of the answers, or null where there is none yet
 * @param errorFile the file of the failures, or null where there is none
 */
public record BatchStatus(
    String id,
    State state,
    int total,
    int completed,
    int failed,
    List<String> errors,
    @Nullable String outputFile,
    @Nullable String errorFile) {
  public BatchStatus {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(state, "state");
    errors = List.copyOf(errors);
  }

  /** The states that OpenAI's batches have. */
  public enum State {
    VALIDATING,
    FAILED,
    IN_PROGRESS,
    FINALIZING,
    COMPLETED,
    EXPIRED,
    CANCELLING,
    CANCELLED,
    /** One that this library does not know; it is taken for one that goes on. */
    UNKNOWN;

    /** Whether nothing more will happen. */
    public boolean isEnd() {
      return this == FAILED || this == COMPLETED || this == EXPIRED || this == CANCELLED;
    }

    private static State of(String text) {
      for (State state : values()) {
        if (state.name().toLowerCase(Locale.ROOT).equals(text)) {
          return state;
        }
      }
      return UNKNOWN;
    }
  }

  static BatchStatus of(JsonNode batch) {
    JsonNode counts = batch.path("request_counts");
    List<String> errors = new ArrayList<>();
    for (JsonNode error : batch.path("errors").path("data")) {
      errors.add(error.path("code").asText() + ": " + error.path("message").asText());
    }
    return new BatchStatus(
        batch.path("id").asText(),
        State.of(batch.path("status").asText()),
        counts.path("total").asInt(),
        counts.path("completed").asInt(),
        counts.path("failed").asInt(),
        errors,
        text(batch, "output_file_id"),
        text(batch, "error_file_id"));
  }

  private static @Nullable String text(JsonNode node, String field) {
    return node.hasNonNull(field) ? node.get(field).asText() : null;
  }

  /** One line of text. */
  @Override
  public String toString() {
    String line =
        id
            + " "
            + state.name().toLowerCase(Locale.ROOT).replace('_', ' ')
            + ": "
            + completed
            + " of "
            + total
            + " answered, "
            + failed
            + " failed";
    return errors.isEmpty() ? line : line + " (" + String.join("; ", errors) + ")";
  }
}
