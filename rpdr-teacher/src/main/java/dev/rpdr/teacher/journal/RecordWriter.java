package dev.rpdr.teacher.journal;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rpdr.Candidate;
import dev.rpdr.Mention;
import dev.rpdr.Ranking;
import dev.rpdr.TeacherAnswer;
import org.jspecify.annotations.Nullable;

/**
 * Writes the lines of journals and recorded rankings; {@link FileJournal} describes them field by
 * field. Stateless.
 */
final class RecordWriter {
  static final String FORMAT = "rpdr-journal";
  static final int VERSION = 2;

  private RecordWriter() {}

  /** The header line, without its line break. */
  static String write(JournalHeader header) {
    ObjectNode line = JsonNodeFactory.instance.objectNode();
    line.put("format", FORMAT).put("version", header.version());
    put(line, "created", header.created());
    JournalScope scope = header.scope();
    put(line, "teacher", scope.teacher());
    put(line, "model", scope.model());
    put(line, "template", scope.template());
    put(line, "knowledge-base", scope.knowledgeBase());
    return line.toString();
  }

  /** A record's line, without its line break. */
  static String write(String key, JournalRecord record) {
    ObjectNode line = JsonNodeFactory.instance.objectNode().put("key", key);
    put(line, "teacher", record.teacher());
    put(line, "part-of", record.partOf());
    TeacherAnswer answer = record.answer();
    putRanking(line, answer.ranking());
    put(line, "raw", answer.rawText());
    put(line, "model", answer.model());
    TeacherAnswer.Usage usage = answer.usage();
    if (usage != null) {
      line.put("input-tokens", usage.inputTokens()).put("output-tokens", usage.outputTokens());
    }
    put(line, "finish-reason", answer.finishReason());
    if (answer.latency() != null) {
      line.put("latency-ms", answer.latency().toMillis());
    }
    put(line, "time", record.time());
    return line.toString();
  }

  /** A ranking alone, as a line of a file of recorded rankings. */
  static String write(Ranking ranking) {
    ObjectNode line = JsonNodeFactory.instance.objectNode();
    putRanking(line, ranking);
    return line.toString();
  }

  private static void putRanking(ObjectNode line, Ranking ranking) {
    Mention mention = ranking.mention();
    put(line, "id", mention.id());
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
    if (ranking.confidence() != null) {
      line.put("confidence", ranking.confidence());
    }
    line.put("outcome", ranking.outcome().label());
    if (!ranking.outcome().reason().isEmpty()) {
      line.put("reason", ranking.outcome().reason());
    }
  }

  private static void put(ObjectNode line, String field, @Nullable Object value) {
    if (value != null) {
      line.put(field, value.toString());
    }
  }

  private static boolean hasPlainScores(Ranking ranking) {
    for (int i = 0; i < ranking.candidates().size(); i++) {
      if (ranking.candidates().get(i).score() != 1.0 / (i + 1)) {
        return false;
      }
    }
    return true;
  }
}
