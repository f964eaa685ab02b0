package dev.rpdr.teacher.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rpdr.CandidateList;
import dev.rpdr.DataFormatException;
import dev.rpdr.Entity;
import dev.rpdr.Fingerprint;
import dev.rpdr.KnowledgeBase;
import dev.rpdr.Mention;
import dev.rpdr.NonRetriableException;
import dev.rpdr.Outcome;
import dev.rpdr.Ranking;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A teacher's rankings without their texts: of each the hash of its mention and the numbers of its
 * candidates in the knowledge base. So what was paid for can be kept beside code, or passed on,
 * where mentions (a patient's words, or under a licence) and names may not; who has both reads it
 * back.
 *
 * <p>A short text can be found by hashing texts until one fits. This keeps words out of sight; it
 * makes nobody anonymous.
 *
 * <p>JSON lines in UTF-8. The first is {@code {"format": "rpdr-textless-record", "version": 1,
 * "knowledge-base": its fingerprint, "teacher": an identity}}, each other one a ranking: {@code
 * mention} (16 hexadecimal digits of the SHA-256 of its text, and of its context where it has one),
 * {@code candidates} in the order shown and {@code ranking}, best first, both as numbers of
 * entities ({@link KnowledgeBase#entity}), and {@code confidence} where there is one. Scores are
 * those of places. Stateless.
 */
public final class TextlessRecord {
  private static final String FORMAT = "rpdr-textless-record";
  private static final int VERSION = 1;
  private static final int DIGITS = 16;
  private static final JsonMapper JSON = new JsonMapper();

  private TextlessRecord() {}

  /**
   * Writes a new file.
   *
   * @param teacher what is recorded; rankings that fell back or abstained teach nothing and are
   *     left out
   * @param identity who gave the rankings, for the first line
   * @param knowledgeBase holds every candidate
   * @return how many rankings were written
   * @throws DataFormatException if a candidate is not in the knowledge base
   * @throws NonRetriableException if the file is there already or cannot be written
   */
  public static long write(
      RecordedTeacher teacher, String identity, KnowledgeBase knowledgeBase, Path target) {
    List<String> lines = new ArrayList<>();
    lines.add(
        JSON.createObjectNode()
            .put("format", FORMAT)
            .put("version", VERSION)
            .put("knowledge-base", knowledgeBase.fingerprint())
            .put("teacher", identity)
            .toString());
    for (Ranking ranking : teacher.rankings()) {
      if (ranking.outcome() instanceof Outcome.Answered
          || ranking.outcome() instanceof Outcome.Repaired) {
        lines.add(line(ranking, knowledgeBase));
      }
    }
    NewFile.write(
        target,
        writer -> {
          for (String line : lines) {
            writer.write(line + "\n");
          }
        });
    return lines.size() - 1L;
  }

  /**
   * Reads the rankings back.
   *
   * @param knowledgeBase the one that they are about
   * @param mentions hold those that were ranked, and any others
   * @throws DataFormatException naming file and line of what is no such record, if it is about
   *     another knowledge base, or if mentions are missing
   * @throws NonRetriableException if the file cannot be read
   */
  public static RecordedTeacher read(
      Path file, KnowledgeBase knowledgeBase, Collection<Mention> mentions) {
    List<String> lines = lines(file);
    requireHeader(file, lines, knowledgeBase);
    Map<String, Mention> byHash = new HashMap<>();
    mentions.forEach(mention -> byHash.putIfAbsent(hash(mention), mention));
    List<Ranking> rankings = new ArrayList<>();
    List<Integer> unknown = new ArrayList<>();
    for (int i = 1; i < lines.size(); i++) {
      String where = file + ", line " + (i + 1);
      JsonNode line = parse(lines.get(i), where);
      Mention mention = byHash.get(line.path("mention").asText());
      if (mention == null) {
        unknown.add(i + 1);
      } else {
        rankings.add(ranking(line, mention, knowledgeBase, where));
      }
    }
    if (!unknown.isEmpty()) {
      throw new DataFormatException(
          "%s: the mentions of %d of its %d rankings (the first in line %d) are not among the %d different mentions given"
              .formatted(file, unknown.size(), lines.size() - 1, unknown.get(0), byHash.size()));
    }
    if (rankings.isEmpty()) {
      throw new DataFormatException(file + " holds no rankings");
    }
    return RecordedTeacher.of(rankings);
  }

  /**
   * Writes the rankings with their texts again, as JSON lines that {@link RecordedTeacher} reads.
   *
   * @param knowledgeBase the one that they are about
   * @param mentions hold those that were ranked, and any others
   * @return how many rankings were written
   * @throws DataFormatException as {@link #read}
   * @throws NonRetriableException if a file cannot be read, or the target is there already or
   *     cannot be written
   */
  public static long restore(
      Path file, KnowledgeBase knowledgeBase, Collection<Mention> mentions, Path target) {
    List<Ranking> rankings = read(file, knowledgeBase, mentions).rankings();
    NewFile.write(
        target,
        writer -> {
          for (Ranking ranking : rankings) {
            writer.write(RecordWriter.write(ranking) + "\n");
          }
        });
    return rankings.size();
  }

  private static String line(Ranking ranking, KnowledgeBase knowledgeBase) {
    ObjectNode line = JSON.createObjectNode().put("mention", hash(ranking.mention()));
    ArrayNode candidates = line.putArray("candidates");
    for (String id : ranking.request().ids()) {
      candidates.add(number(id, ranking, knowledgeBase));
    }
    ArrayNode order = line.putArray("ranking");
    for (String id : ranking.ids()) {
      order.add(number(id, ranking, knowledgeBase));
    }
    if (ranking.confidence() != null) {
      line.put("confidence", ranking.confidence());
    }
    return line.toString();
  }

  private static int number(String id, Ranking ranking, KnowledgeBase knowledgeBase) {
    int number = knowledgeBase.indexOf(id);
    if (number < 0) {
      throw new DataFormatException(
          "the candidate '%s' of '%s' is not in the knowledge base"
              .formatted(id, ranking.mention().text()));
    }
    return number;
  }

  private static String hash(Mention mention) {
    Fingerprint hash = new Fingerprint().add(mention.text());
    Mention.Context context = mention.context();
    if (context != null) {
      hash.add(context.text()).add(context.start() + ":" + context.end());
    }
    return hash.hex().substring(0, DIGITS);
  }

  private static void requireHeader(Path file, List<String> lines, KnowledgeBase knowledgeBase) {
    JsonNode header =
        lines.isEmpty() ? JSON.createObjectNode() : parse(lines.get(0), file + ", line 1");
    if (!FORMAT.equals(header.path("format").asText())
        || header.path("version").asInt() != VERSION) {
      throw new DataFormatException(
          "%s is no textless record of version %d: its first line is not {\"format\":\"%s\",\"version\":%d,…}"
              .formatted(file, VERSION, FORMAT, VERSION));
    }
    String about = header.path("knowledge-base").asText();
    if (!about.equals(knowledgeBase.fingerprint())) {
      throw new DataFormatException(
          "%s is about the knowledge base %s, not about this one, %s; numbers of entities would mean others"
              .formatted(file, about, knowledgeBase.fingerprint()));
    }
  }

  private static Ranking ranking(
      JsonNode line, Mention mention, KnowledgeBase knowledgeBase, String where) {
    try {
      List<Entity> shown = new ArrayList<>();
      for (int number : numbers(line, "candidates")) {
        shown.add(knowledgeBase.entity(number));
      }
      CandidateList request = CandidateList.of(mention, shown);
      Map<String, Integer> places = request.places();
      List<Integer> ranked = new ArrayList<>();
      for (int number : numbers(line, "ranking")) {
        Integer place = places.get(knowledgeBase.id(number));
        if (place == null) {
          throw new IllegalArgumentException(
              "it ranks " + number + ", which is not among its candidates");
        }
        ranked.add(place);
      }
      Ranking ranking = Ranking.byPlaces(request, ranked, Outcome.ANSWERED);
      JsonNode confidence = line.path("confidence");
      return confidence.isNumber() ? ranking.withConfidence(confidence.doubleValue()) : ranking;
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new DataFormatException(where + ": " + e.getMessage(), e);
    }
  }

  private static List<Integer> numbers(JsonNode line, String field) {
    List<Integer> numbers = new ArrayList<>();
    for (JsonNode number : line.path(field)) {
      if (!number.isInt()) {
        throw new IllegalArgumentException(
            "'" + field + "' holds " + number + " where the number of an entity belongs");
      }
      numbers.add(number.intValue());
    }
    if (numbers.isEmpty()) {
      throw new IllegalArgumentException("'" + field + "' is missing or empty");
    }
    return numbers;
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new NonRetriableException("cannot read the textless record " + file, e);
    }
  }

  private static JsonNode parse(String line, String where) {
    try {
      return JSON.readTree(line);
    } catch (JsonProcessingException e) {
      throw new DataFormatException(where + " is not JSON: " + e.getOriginalMessage(), e);
    }
  }
}
