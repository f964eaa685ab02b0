package dev.rpdr.teacher.prompt;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.rpdr.CandidateList;
import dev.rpdr.Outcome;
import dev.rpdr.Ranking;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the answer to a prompt about several mentions. Each answer is bound to its mention by its
 * id, never by its place, so that what is missing, doubled or out of order spoils no other.
 * Immutable and thread-safe.
 *
 * <p>Understood are lines that begin with an id, with what follows up to the next id, and a JSON
 * object with the ids as keys. What belongs to an id is read as {@link RankingParser} reads an
 * answer of its own. Besides its outcomes there are
 *
 * <ul>
 *   <li>fell back, {@code no answer for its id}: the id is missing, maybe because the answer was
 *       cut off;
 *   <li>fell back, {@code different answers for its id}: the id stands there more than once;
 *   <li>repaired, {@code answered more than once}: the same, but all say the same.
 * </ul>
 */
public final class GroupParser {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Pattern ID_LINE =
      Pattern.compile(
          "^[\\s\\-*•#>|\"'\\[({]*(?:(?:mention|item|no\\.?|提及|第)\\s*)?[\"'\\[(*]*(M\\d{1,4})(?!\\d)"
              + "[\"'\\])*|]*\\s*[:=.,)|\\-]*>?\\s*",
          Pattern.CASE_INSENSITIVE);

  private final RankingParser parser;

  /** A parser of answers to prompts with these labels. */
  public GroupParser(LabelStyle labels) {
    parser = new RankingParser(labels);
  }

  /**
   * What belongs to one mention.
   *
   * @param ranking the ranking that was understood
   * @param text what the model wrote for it, or null where it wrote nothing
   */
  public record Part(Ranking ranking, @Nullable String text) {}

  /** The ids of a group of some size: M1, M2, … */
  public static List<String> ids(int size) {
    List<String> ids = new ArrayList<>(size);
    for (int i = 1; i <= size; i++) {
      ids.add("M" + i);
    }
    return ids;
  }

  /**
   * Reads an answer to a prompt with the ids {@link #ids}.
   *
   * @param text what the model wrote; null and any text at all are taken
   * @param requests what it was asked, in the order of the ids
   * @param top how many candidates it was asked to rank of each, ≥ 1
   * @param cutOff whether the model stopped because its limit of tokens was reached
   * @return one part a request, in the same order
   */
  public List<Part> parse(
      @Nullable String text, List<CandidateList> requests, int top, boolean cutOff) {
    if (text == null || text.isBlank()) {
      return requests.stream()
          .map(request -> new Part(Ranking.fellBack(request, "empty answer"), text))
          .toList();
    }
    Mends mends = new Mends();
    String clean = AnswerText.clean(text, mends);
    Map<String, List<String>> answers = answers(clean);
    if (answers.isEmpty() && requests.size() == 1) {
      return List.of(new Part(parser.parse(text, requests.get(0), top, cutOff), text));
    }
    List<Part> parts = new ArrayList<>(requests.size());
    for (int i = 0; i < requests.size(); i++) {
      boolean last = cutOff && i == requests.size() - 1;
      List<String> own = answers.getOrDefault("M" + (i + 1), List.of());
      Ranking ranking = ranking(own, requests.get(i), top, last);
      parts.add(new Part(mended(ranking, mends), own.isEmpty() ? null : String.join("\n", own)));
    }
    return parts;
  }

  private Ranking ranking(List<String> answers, CandidateList request, int top, boolean cutOff) {
    if (answers.isEmpty()) {
      return Ranking.fellBack(request, "no answer for its id");
    }
    Ranking first = parser.parse(answers.get(0), request, top, cutOff);
    for (String other : answers.subList(1, answers.size())) {
      if (!parser.parse(other, request, top, cutOff).ids().equals(first.ids())) {
        return Ranking.fellBack(request, "different answers for its id");
      }
    }
    return answers.size() == 1 ? first : repaired(first, "answered more than once");
  }

  /** What was mended in the answer as a whole was mended for each mention. */
  private static Ranking mended(Ranking ranking, Mends mends) {
    Outcome whole = mends.outcome();
    return whole instanceof Outcome.Repaired ? repaired(ranking, whole.reason()) : ranking;
  }

  private static Ranking repaired(Ranking ranking, String reason) {
    if (ranking.outcome() instanceof Outcome.FellBack) {
      return ranking;
    }
    String before = ranking.outcome().reason();
    return new Ranking(
        ranking.request(),
        ranking.candidates(),
        new Outcome.Repaired(before.isEmpty() ? reason : reason + "; " + before));
  }

  private static Map<String, List<String>> answers(String clean) {
    Map<String, List<String>> json = json(clean);
    return json.isEmpty() ? lines(clean) : json;
  }

  private static Map<String, List<String>> json(String clean) {
    int open = clean.indexOf('{');
    int close = clean.lastIndexOf('}');
    Map<String, List<String>> answers = new HashMap<>();
    if (open < 0 || close < open) {
      return answers;
    }
    try (JsonParser object = JSON.createParser(clean.substring(open, close + 1))) {
      object.nextToken();
      for (String name = object.nextFieldName(); name != null; name = object.nextFieldName()) {
        object.nextToken();
        JsonNode value = object.readValueAsTree();
        Matcher id = ID_LINE.matcher(name);
        if (id.lookingAt()) {
          add(answers, id.group(1), text(value));
        }
      }
    } catch (IOException e) {
      answers.clear(); // no JSON, then: it is read as lines
    }
    return answers;
  }

  private static String text(JsonNode value) {
    return value.isTextual() ? value.textValue() : value.toString();
  }

  private static Map<String, List<String>> lines(String clean) {
    Map<String, List<String>> answers = new HashMap<>();
    String id = null;
    StringBuilder own = new StringBuilder();
    for (String line : clean.split("\n", -1)) {
      Matcher start = ID_LINE.matcher(line);
      if (start.lookingAt()) {
        if (id != null) {
          add(answers, id, own.toString());
        }
        id = start.group(1);
        own.setLength(0);
        own.append(line.substring(start.end()));
      } else if (id != null) {
        own.append('\n').append(line);
      }
    }
    if (id != null) {
      add(answers, id, own.toString());
    }
    return answers;
  }

  private static void add(Map<String, List<String>> answers, String id, String text) {
    answers
        .computeIfAbsent(id.toUpperCase(Locale.ROOT), key -> new ArrayList<>())
        .add(text.strip());
  }
}
