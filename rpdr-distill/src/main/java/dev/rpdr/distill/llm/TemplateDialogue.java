package dev.rpdr.distill.llm;

import dev.rpdr.CandidateList;
import dev.rpdr.Outcome;
import dev.rpdr.Ranking;
import dev.rpdr.RankingDialogue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A template's wording as a dialogue with a model that answers in text. */
final class TemplateDialogue implements RankingDialogue {
  private static final int LONGEST_QUOTE = 40;
  private static final String TOO_MANY = "there are more candidates than letters";

  private final RankingTemplate template;
  private final UnaryOperator<String> plain;

  /**
   * @param plain breaks special tokens in text from outside
   */
  TemplateDialogue(RankingTemplate template, UnaryOperator<String> plain) {
    this.template = template;
    this.plain = plain;
    if (template.form() == LlmForm.SCORING_HEAD) {
      throw new IllegalArgumentException(
          "a scoring head answers with numbers, which chat models do not; other forms are served");
    }
  }

  @Override
  public String system() {
    return template.system();
  }

  @Override
  public Optional<String> user(CandidateList request) {
    return askable(request)
        ? Optional.of(plain.apply(template.user(request.mention(), RankingTokens.names(request))))
        : Optional.empty();
  }

  @Override
  public String grammar(CandidateList request) {
    String one =
        answers(request).keySet().stream()
            .map(TemplateDialogue::literal)
            .collect(Collectors.joining(" | "));
    int count = template.form() == LlmForm.RANKED_LIST ? answers(request).size() : 1;
    return "root ::= "
        + Stream.generate(() -> "one").limit(count).collect(Collectors.joining(" \"\\n\" "))
        + "\none ::= "
        + one;
  }

  @Override
  public int longestAnswer(CandidateList request) {
    IntStream bytes =
        answers(request).keySet().stream()
            .mapToInt(answer -> answer.getBytes(StandardCharsets.UTF_8).length + 1);
    return template.form() == LlmForm.RANKED_LIST ? bytes.sum() : bytes.max().orElse(1);
  }

  @Override
  public Ranking read(@Nullable String answer, CandidateList request) {
    if (!askable(request)) {
      return Ranking.fellBack(request, TOO_MANY);
    }
    if (answer == null || answer.isBlank()) {
      return Ranking.fellBack(request, "empty answer");
    }
    List<String> parts =
        template.form() == LlmForm.RANKED_LIST
            ? answer.lines().filter(line -> !line.isBlank()).toList()
            : List.of(answer);
    Map<String, List<Integer>> places = answers(request);
    Set<Integer> order = new LinkedHashSet<>();
    int unknown = 0;
    int repeated = 0;
    for (String part : parts) {
      List<Integer> named = places.get(RankingTemplate.line(part));
      if (named == null) {
        unknown++;
      } else if (!order.addAll(named)) {
        repeated++;
      }
    }
    if (order.isEmpty()) {
      return Ranking.fellBack(
          request, "the answer " + quoted(answer) + " names no candidate as it was asked for");
    }
    int missing = template.form() == LlmForm.RANKED_LIST ? request.size() - order.size() : 0;
    for (int place = 0; place < request.size(); place++) {
      order.add(place);
    }
    return Ranking.byPlaces(request, List.copyOf(order), outcome(unknown, repeated, missing));
  }

  @Override
  public String identity() {
    return template.toString();
  }

  private boolean askable(CandidateList request) {
    return template.form() != LlmForm.LETTERS || request.size() <= RankingTemplate.LETTERS.length();
  }

  /** From each text that names candidates to their places; names alike stand for one another. */
  private Map<String, List<Integer>> answers(CandidateList request) {
    Map<String, List<Integer>> places = new LinkedHashMap<>();
    List<String> names = RankingTokens.names(request);
    for (int i = 0; i < names.size(); i++) {
      String answer =
          template.form() == LlmForm.LETTERS
              ? RankingTemplate.letter(i)
              : plain.apply(RankingTemplate.line(names.get(i)));
      places.computeIfAbsent(answer, key -> new ArrayList<>()).add(i);
    }
    return places;
  }

  private static Outcome outcome(int unknown, int repeated, int missing) {
    List<String> mended = new ArrayList<>();
    if (unknown > 0) {
      mended.add("%d lines that are no candidates dropped".formatted(unknown));
    }
    if (repeated > 0) {
      mended.add("%d repeats dropped".formatted(repeated));
    }
    if (missing > 0) {
      mended.add("%d missing appended".formatted(missing));
    }
    return mended.isEmpty() ? Outcome.ANSWERED : new Outcome.Repaired(String.join("; ", mended));
  }

  private static String quoted(String answer) {
    String line = RankingTemplate.line(answer);
    return "'"
        + (line.length() > LONGEST_QUOTE ? line.substring(0, LONGEST_QUOTE) + "…" : line)
        + "'";
  }

  private static String literal(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
