package dev.rpdr.teacher.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rpdr.Candidate;
import dev.rpdr.CandidateList;
import dev.rpdr.DataFormatException;
import dev.rpdr.Entity;
import dev.rpdr.Mention;
import dev.rpdr.Outcome;
import dev.rpdr.Ranking;
import dev.rpdr.TeacherAnswer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes and reads the lines of journals and recorded rankings; {@link FileJournal} describes them
 * field by field. Stateless.
 */
final class RecordFormat {
  static final String FORMAT = "rpdr-journal";
  static final int VERSION = 1;

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private RecordFormat() {}

  /** The header line, without its line break. */
  static String header(Instant time) {
    ObjectNode header = JSON.createObjectNode();
    header.put("format", FORMAT).put("version", VERSION).put("created", time.toString());
    return header.toString();
  }

  /** Whether a line is a header of ours, of any version. */
  static boolean isHeader(String line) {
    try {
      return FORMAT.equals(JSON.readTree(line).path("format").asText());
    } catch (JsonProcessingException e) {
      return false;
    }
  }

  /** Refuses versions that this code does not know. */
  static void requireVersion(String header, String where) {
    JsonNode version = parse(header, where).path("version");
    if (!version.isInt() || version.intValue() != VERSION) {
      throw new DataFormatException(
          where + ": journal version " + version + " is unknown; known is " + VERSION);
    }
  }

  /** A record's line, without its line break. */
  static String write(String key, String teacher, TeacherAnswer answer, Instant time) {
    Ranking ranking = answer.ranking();
    Mention mention = ranking.mention();
    ObjectNode line = JSON.createObjectNode().put("key", key).put("teacher", teacher);
    if (mention.id() != null) {
      line.put("id", mention.id());
    }
    line.put("mention", mention.text());
    Mention.Context context = mention.context();
    if (context != null) {
      line.putObject("context")
          .put("text", context.text())
          .put("start", context.start())
          .put("end", context.end());
    }
    ArrayNode candidates = line.putArray("candidates");
    for (Candidate candidate : ranking.request().candidates()) {
      candidates.addObject().put("id", candidate.id()).put("name", candidate.entity().name());
    }
    ArrayNode ids = line.putArray("ranking");
    ranking.ids().forEach(ids::add);
    if (!hasPlainScores(ranking)) {
      ArrayNode scores = line.putArray("scores");
      ranking.candidates().forEach(candidate -> scores.add(candidate.score()));
    }
    line.put("outcome", ranking.outcome().label());
    if (!ranking.outcome().reason().isEmpty()) {
      line.put("reason", ranking.outcome().reason());
    }
    if (answer.rawText() != null) {
      line.put("raw", answer.rawText());
    }
    if (answer.model() != null) {
      line.put("model", answer.model());
    }
    TeacherAnswer.Usage usage = answer.usage();
    if (usage != null) {
      line.put("input-tokens", usage.inputTokens()).put("output-tokens", usage.outputTokens());
    }
    return line.put("time", time.toString()).toString();
  }

  /**
   * Reads a record. One with a {@code key} is checked against it.
   *
   * @param where file and line, for messages
   * @throws DataFormatException if it is no record
   */
  static RecordedItem read(String text, String where) {
    JsonNode line = parse(text, where);
    try {
      RecordedItem item = item(line);
      if (line.has("key")) {
        String key = RecordedItem.key(text(line, "teacher"), item.request());
        if (!key.equals(line.path("key").asText())) {
          throw new IllegalArgumentException("its key does not fit its content; it was changed");
        }
      }
      return item;
    } catch (IllegalArgumentException e) {
      throw new DataFormatException(where + ": " + e.getMessage(), e);
    }
  }

  private static RecordedItem item(JsonNode line) {
    Mention mention = new Mention(text(line, "mention"), context(line), optional(line, "id"));
    List<Entity> entities = new ArrayList<>();
    for (JsonNode candidate : array(line, "candidates")) {
      String name = text(candidate, "name");
      entities.add(Entity.of(candidate.has("id") ? text(candidate, "id") : name, name));
    }
    CandidateList request = CandidateList.of(mention, entities);
    TeacherAnswer.Usage usage =
        line.has("input-tokens") && line.has("output-tokens")
            ? new TeacherAnswer.Usage(
                line.get("input-tokens").asInt(), line.get("output-tokens").asInt())
            : null;
    Ranking ranking = ranking(line, request);
    return new RecordedItem(
        optional(line, "teacher"),
        new TeacherAnswer(ranking, optional(line, "raw"), optional(line, "model"), usage));
  }

  private static Ranking ranking(JsonNode line, CandidateList request) {
    Map<String, Integer> places = request.places();
    List<Integer> ranked = new ArrayList<>();
    for (JsonNode id : array(line, "ranking")) {
      Integer place = id.isTextual() ? places.get(id.textValue()) : null;
      if (place == null) {
        throw new IllegalArgumentException(
            "it ranks " + id + ", which is not among its candidates");
      }
      ranked.add(place);
    }
    String label = optional(line, "outcome");
    String reason = optional(line, "reason");
    Outcome outcome =
        label == null ? Outcome.ANSWERED : Outcome.of(label, reason == null ? "" : reason);
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
      if (!scores.get(i).isNumber()) {
        throw new IllegalArgumentException("score " + scores.get(i) + " is no number");
      }
      candidates.add(new Candidate(request.entity(ranked.get(i)), scores.get(i).doubleValue()));
    }
    return new Ranking(request, candidates, outcome);
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

  private static boolean hasPlainScores(Ranking ranking) {
    for (int i = 0; i < ranking.candidates().size(); i++) {
      if (ranking.candidates().get(i).score() != 1.0 / (i + 1)) {
        return false;
      }
    }
    return true;
  }

  private static JsonNode parse(String text, String where) {
    try {
      JsonNode node = JSON.readTree(text);
      if (!node.isObject()) {
        throw new DataFormatException(where + ": not a JSON object");
      }
      return node;
    } catch (JsonProcessingException e) {
      throw new DataFormatException(where + ": not JSON, " + e.getOriginalMessage(), e);
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
}
