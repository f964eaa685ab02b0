package dev.rpdr.teacher.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.rpdr.Candidate;
import dev.rpdr.CandidateList;
import dev.rpdr.DataFormatException;
import dev.rpdr.Entity;
import dev.rpdr.Mention;
import dev.rpdr.Outcome;
import dev.rpdr.Ranking;
import dev.rpdr.TeacherAnswer;
import dev.rpdr.teacher.journal.JournalFault.Kind;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the lines of journals and recorded rankings; {@link FileJournal} describes them field by
 * field. Stateless.
 */
final class RecordReader {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private RecordReader() {}

  /** Whether a line is the header of a journal, of any version. */
  static boolean isHeader(String line) {
    return isHeader(line, RecordWriter.FORMAT);
  }

  /** Whether a line is the header of a file of a certain format, of any version. */
  static boolean isHeader(String line, String format) {
    try {
      return format.equals(JSON.readTree(line).path("format").asText());
    } catch (JsonProcessingException e) {
      return false;
    }
  }

  /**
   * Reads the header line.
   *
   * @throws DataFormatException if the version is unknown
   */
  static JournalHeader header(String text, String where) {
    JsonNode line = parse(text, where);
    JsonNode version = line.path("version");
    if (!version.isInt() || version.intValue() < 1 || version.intValue() > RecordWriter.VERSION) {
      throw new DataFormatException(
          where
              + ": journal version "
              + version
              + " is unknown; known are 1 to "
              + RecordWriter.VERSION);
    }
    try {
      return new JournalHeader(
          version.intValue(),
          time(line, "created"),
          new JournalScope(optional(line, "teacher"), optional(line, "knowledge-base")));
    } catch (IllegalArgumentException e) {
      throw new DataFormatException(where + ": " + e.getMessage(), e);
    }
  }

  /**
   * Reads a record. One with a {@code key} is checked against it.
   *
   * @param where file and line, for messages
   * @throws DataFormatException if it is no record
   */
  static JournalRecord read(String text, String where) {
    JsonNode line = parse(text, where);
    try {
      JournalRecord record = record(line);
      if (line.has("key")) {
        String key = JournalRecord.key(text(line, "teacher"), record.request());
        if (!key.equals(line.path("key").asText())) {
          throw new FaultyRecordException(
              Kind.KEY, where + ": its key does not fit its content; it was changed", null);
        }
      }
      return record;
    } catch (OpenSetException e) {
      throw new FaultyRecordException(Kind.OPEN_SET, where + ": " + e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new FaultyRecordException(Kind.FIELD, where + ": " + e.getMessage(), e);
    }
  }

  private static JournalRecord record(JsonNode line) {
    Mention mention = new Mention(text(line, "mention"), context(line), optional(line, "id"));
    List<Entity> entities = new ArrayList<>();
    for (JsonNode candidate : array(line, "candidates")) {
      String name = text(candidate, "name");
      entities.add(Entity.of(candidate.has("id") ? text(candidate, "id") : name, name));
    }
    TeacherAnswer.Usage usage =
        line.has("input-tokens") && line.has("output-tokens")
            ? new TeacherAnswer.Usage(
                whole(line, "input-tokens").intValue(), whole(line, "output-tokens").intValue())
            : null;
    TeacherAnswer answer =
        new TeacherAnswer(
            ranking(line, CandidateList.of(mention, entities)),
            optional(line, "raw"),
            optional(line, "model"),
            usage,
            optional(line, "finish-reason"),
            line.has("latency-ms")
                ? Duration.ofMillis(whole(line, "latency-ms").longValue())
                : null);
    return new JournalRecord(
        optional(line, "teacher"), optional(line, "part-of"), answer, time(line, "time"));
  }

  private static Ranking ranking(JsonNode line, CandidateList request) {
    Map<String, Integer> places = request.places();
    Set<Integer> ranked = new LinkedHashSet<>();
    for (JsonNode id : array(line, "ranking")) {
      Integer place = id.isTextual() ? places.get(id.textValue()) : null;
      if (place == null) {
        throw new OpenSetException("it ranks " + id + ", which is not among its candidates");
      }
      if (!ranked.add(place)) {
        throw new OpenSetException("entity '" + id.textValue() + "' is ranked twice");
      }
    }
    String label = optional(line, "outcome");
    String reason = optional(line, "reason");
    Outcome outcome =
        label == null ? Outcome.ANSWERED : Outcome.of(label, reason == null ? "" : reason);
    Ranking ranking = scored(line, request, List.copyOf(ranked), outcome);
    return line.has("confidence")
        ? ranking.withConfidence(number(line.get("confidence")))
        : ranking;
  }

  private static Ranking scored(
      JsonNode line, CandidateList request, List<Integer> ranked, Outcome outcome) {
    if (!line.has("scores")) {
      return Ranking.byPlaces(request, ranked, outcome);
    }
    JsonNode scores = array(line, "scores");
    if (scores.size() != ranked.size()) {
      throw new IllegalArgumentException(
          "it has " + scores.size() + " scores for " + ranked.size() + " ranked candidates");
    }
    List<Candidate> candidates = new ArrayList<>();
    for (int i = 0; i < ranked.size(); i++) {
      candidates.add(new Candidate(request.entity(ranked.get(i)), number(scores.get(i))));
    }
    return new Ranking(request, candidates, outcome);
  }

  private static double number(JsonNode value) {
    if (!value.isNumber()) {
      throw new IllegalArgumentException("score or confidence " + value + " is no number");
    }
    return value.doubleValue();
  }

  private static JsonNode whole(JsonNode line, String field) {
    JsonNode value = line.path(field);
    if (!value.isIntegralNumber()) {
      throw new IllegalArgumentException("'" + field + "' must be a whole number, not " + value);
    }
    return value;
  }

  private static @Nullable Instant time(JsonNode line, String field) {
    String text = optional(line, field);
    try {
      return text == null ? null : Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(
          "'" + field + "' must be a time as in ISO 8601, not '" + text + "'", e);
    }
  }

  private static Mention.@Nullable Context context(JsonNode line) {
    if (!line.has("context")) {
      return null;
    }
    JsonNode context = line.get("context");
    JsonNode start = context.path("start");
    JsonNode end = context.path("end");
    if (!start.isInt() || !end.isInt()) {
      throw new IllegalArgumentException("'context' needs 'text', 'start' and 'end'");
    }
    return new Mention.Context(text(context, "text"), start.intValue(), end.intValue());
  }

  private static JsonNode parse(String text, String where) {
    try {
      JsonNode node = JSON.readTree(text);
      if (!node.isObject()) {
        throw new FaultyRecordException(Kind.NO_JSON, where + ": not a JSON object", null);
      }
      return node;
    } catch (JsonProcessingException e) {
      throw new FaultyRecordException(
          Kind.NO_JSON, where + ": not JSON, " + e.getOriginalMessage(), e);
    }
  }

  private static JsonNode array(JsonNode node, String field) {
    JsonNode array = node.path(field);
    if (!array.isArray()) {
      throw new IllegalArgumentException("'" + field + "' must be an array");
    }
    return array;
  }

  private static String text(JsonNode node, String field) {
    JsonNode value = node.path(field);
    if (!value.isTextual()) {
      throw new IllegalArgumentException("'" + field + "' must be a text");
    }
    return value.textValue();
  }

  private static @Nullable String optional(JsonNode node, String field) {
    return node.hasNonNull(field) ? text(node, field) : null;
  }

  /** A ranking that is not closed over its candidates. */
  private static final class OpenSetException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    OpenSetException(String message) {
      super(message);
    }
  }
}
