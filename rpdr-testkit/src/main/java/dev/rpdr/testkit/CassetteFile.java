package dev.rpdr.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rpdr.Candidate;
import dev.rpdr.CandidateList;
import dev.rpdr.DataFormatException;
import dev.rpdr.Entity;
import dev.rpdr.Mention;
import dev.rpdr.NonRetriableException;
import dev.rpdr.Outcome;
import dev.rpdr.Ranking;
import dev.rpdr.TeacherAnswer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads and writes the lines of a cassette; the format stands at {@link CassetteTeacher}. */
final class CassetteFile {
  private static final String FORMAT = "rpdr-cassette";
  private static final int VERSION = 1;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Path path;
  private @Nullable String identity;

  CassetteFile(Path path) {
    this.path = path;
  }

  Path path() {
    return path;
  }

  /** Begins a cassette of a teacher. */
  void begin(String teacher) {
    ObjectNode header =
        JSON.createObjectNode()
            .put("format", FORMAT)
            .put("version", VERSION)
            .put("teacher", teacher);
    write(header, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    identity = teacher;
  }

  /** Whose answers these are. */
  String identity() {
    String known = identity;
    if (known == null) {
      known = header(lines().get(0));
      identity = known;
    }
    return known;
  }

  void append(TeacherAnswer answer) {
    write(line(answer), StandardOpenOption.APPEND);
  }

  List<TeacherAnswer> read() {
    List<String> lines = lines();
    header(lines.get(0));
    List<TeacherAnswer> answers = new ArrayList<>();
    for (int i = 1; i < lines.size(); i++) {
      try {
        answers.add(answer(JSON.readTree(lines.get(i))));
      } catch (JsonProcessingException | IllegalArgumentException | NullPointerException e) {
        throw new DataFormatException(
            path + ", line " + (i + 1) + " is no answer of a cassette: " + e.getMessage(), e);
      }
    }
    return answers;
  }

  private List<String> lines() {
    try {
      List<String> lines = Files.readAllLines(path);
      if (lines.isEmpty()) {
        throw new DataFormatException(path + " is no cassette: it is empty");
      }
      return lines;
    } catch (IOException e) {
      throw new NonRetriableException("cannot read the cassette " + path, e);
    }
  }

  private String header(String line) {
    try {
      JsonNode header = JSON.readTree(line);
      if (FORMAT.equals(header.path("format").asText())
          && header.path("version").asInt() == VERSION
          && header.path("teacher").isTextual()) {
        return header.path("teacher").asText();
      }
    } catch (JsonProcessingException e) {
      throw new DataFormatException(path + ", line 1 is no header of a cassette", e);
    }
    throw new DataFormatException(
        path
            + ", line 1 is no header of a cassette: format '"
            + FORMAT
            + "', version "
            + VERSION
            + " and teacher are needed");
  }

  private void write(ObjectNode line, StandardOpenOption... options) {
    try {
      Files.writeString(path, JSON.writeValueAsString(line) + "\n", options);
    } catch (IOException e) {
      throw new NonRetriableException("cannot write the cassette " + path, e);
    }
  }

  private static ObjectNode line(TeacherAnswer answer) {
    Ranking ranking = answer.ranking();
    ObjectNode line = JSON.createObjectNode().put("mention", ranking.mention().text());
    Mention.Context context = ranking.mention().context();
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
    ArrayNode scores = line.putArray("scores");
    for (Candidate candidate : ranking.candidates()) {
      ids.add(candidate.id());
      scores.add(candidate.score());
    }
    line.put("outcome", ranking.outcome().label()).put("reason", ranking.outcome().reason());
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
    if (answer.finishReason() != null) {
      line.put("finish", answer.finishReason());
    }
    if (answer.latency() != null) {
      line.put("latency-ms", answer.latency().toMillis());
    }
    return line;
  }

  private static TeacherAnswer answer(JsonNode line) {
    List<Entity> entities = new ArrayList<>();
    Map<String, Entity> byId = new HashMap<>();
    for (JsonNode candidate : line.required("candidates")) {
      Entity entity =
          Entity.of(candidate.required("id").asText(), candidate.required("name").asText());
      entities.add(entity);
      byId.put(entity.id(), entity);
    }
    CandidateList request = CandidateList.of(mention(line), entities);
    JsonNode ids = line.required("ranking");
    JsonNode scores = line.required("scores");
    if (ids.size() != scores.size()) {
      throw new IllegalArgumentException(
          ids.size() + " ids but " + scores.size() + " scores are given");
    }
    List<Candidate> ranked = new ArrayList<>();
    for (int i = 0; i < ids.size(); i++) {
      Entity entity = byId.get(ids.get(i).asText());
      if (entity == null) {
        throw new IllegalArgumentException(
            "'" + ids.get(i).asText() + "' is ranked but is no candidate");
      }
      ranked.add(new Candidate(entity, scores.get(i).asDouble()));
    }
    Outcome outcome = Outcome.of(line.required("outcome").asText(), line.path("reason").asText(""));
    TeacherAnswer.Usage usage =
        line.has("input-tokens")
            ? new TeacherAnswer.Usage(
                line.path("input-tokens").asInt(), line.path("output-tokens").asInt())
            : null;
    JsonNode latency = line.get("latency-ms");
    return new TeacherAnswer(
        new Ranking(request, ranked, outcome),
        text(line, "raw"),
        text(line, "model"),
        usage,
        text(line, "finish"),
        latency == null ? null : Duration.ofMillis(latency.asLong()));
  }

  private static Mention mention(JsonNode line) {
    JsonNode context = line.get("context");
    String text = line.required("mention").asText();
    return context == null
        ? Mention.of(text)
        : new Mention(
            text,
            new Mention.Context(
                context.required("text").asText(),
                context.required("start").asInt(),
                context.required("end").asInt()),
            null);
  }

  private static @Nullable String text(JsonNode line, String key) {
    JsonNode value = line.get(key);
    return value == null ? null : value.asText();
  }
}
