package dev.rpdr.testkit;

import dev.rpdr.CandidateList;
import dev.rpdr.Entity;
import dev.rpdr.Mention;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Answers of a language model, each well formed at first and then spoilt at random: cut, doubled,
 * wrapped in prose, fences or thinking, with stray characters of any script in between. For those
 * who read rankings out of text and promise that nothing but candidates comes out. The n-th answer
 * is the same in every run with the same seed. Not thread-safe.
 */
public final class SpoiltAnswers {
  private static final int MOST_CANDIDATES = 30;
  private static final String[] NAMES = {
    "Nausea",
    "Vomiting",
    "Pain in lower limb",
    "Burn, first degree",
    "Lead > 10",
    "A",
    "12",
    "糖尿病",
    "糖尿病肾病",
    "胫动脉损伤(前)(后)",
    "Crohn's disease",
    "Vitamin B deficiency",
    "Ⅱ型糖尿病"
  };
  private static final String[] NOISE = {
    "<think>",
    "</think>",
    "```",
    "```json\n",
    "\n",
    ">",
    ",",
    "、",
    "，",
    "[",
    "]",
    "{",
    "}",
    "\"",
    "(",
    ")",
    "1. ",
    "- ",
    "|",
    "A good answer is ",
    "because of 2019, ",
    "抱歉",
    "\ud83d",
    "\udc00",
    "\u0000",
    "\u202e",
    "\ufdfa",
    "&gt;",
    "𝐁",
    "Ｂ",
    "③",
    "null",
    "{\"ranking\":",
    "Ranking: ",
    "%",
    "99999999999",
    "0",
    "-1",
    "Z",
    "ZZ",
    "I",
    "e1",
    "A",
    "B",
    "3"
  };

  private final Random random;
  private final IntFunction<String> label;

  private SpoiltAnswers(long seed, IntFunction<String> label) {
    this.random = new Random(seed);
    this.label = label;
  }

  /**
   * Answers by labels.
   *
   * @param seed of all that is random
   * @param label the label of a candidate's place, 0 being the first, such as A, B, … or 1, 2, …
   */
  public static SpoiltAnswers seeded(long seed, IntFunction<String> label) {
    return new SpoiltAnswers(seed, label);
  }

  /**
   * An answer.
   *
   * @param request what was asked: up to 30 candidates, with ids e1, e2, …
   * @param top how many were to be ranked, ≥ 1; may be more than there are
   * @param ranking the places of the ranking that the sound answer gives, best first
   * @param sound the answer as it was
   * @param spoilt the answer as it became
   */
  public record Answer(
      CandidateList request, int top, List<Integer> ranking, String sound, String spoilt) {
    public Answer {
      ranking = List.copyOf(ranking);
    }

    /** The ids of the sound answer's ranking, best first. */
    public List<String> ids() {
      return ranking.stream().map(request.ids()::get).toList();
    }
  }

  /** The next answer. */
  public Answer next() {
    CandidateList request = request(1 + random.nextInt(MOST_CANDIDATES));
    int top = 1 + random.nextInt(request.size() + 2);
    List<Integer> ranking = ranking(request.size(), Math.min(top, request.size()));
    String sound = write(request, ranking);
    return new Answer(request, top, ranking, sound, spoil(sound));
  }

  private CandidateList request(int size) {
    List<Entity> entities = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      String name = NAMES[random.nextInt(NAMES.length)];
      entities.add(Entity.of("e" + (i + 1), random.nextInt(3) == 0 ? name : name + " " + i + "x"));
    }
    return CandidateList.of(Mention.of("felt <sick>"), entities);
  }

  private List<Integer> ranking(int size, int top) {
    List<Integer> places = new ArrayList<>(IntStream.range(0, size).boxed().toList());
    Collections.shuffle(places, random);
    return places.subList(0, top);
  }

  private String write(CandidateList request, List<Integer> ranking) {
    List<String> labels = ranking.stream().map(label::apply).toList();
    return switch (random.nextInt(6)) {
      case 0 -> String.join(" > ", labels);
      case 1 -> labels.stream().map(l -> "[" + l + "]").collect(Collectors.joining(" > "));
      case 2 -> String.join(", ", labels);
      case 3 ->
          labels.stream().map(l -> "\"" + l + "\"").collect(Collectors.joining(",", "[", "]"));
      case 4 -> labels.stream().map(l -> "- " + l).collect(Collectors.joining("\n"));
      default ->
          ranking.stream()
              .map(place -> "[" + label.apply(place) + "] (" + plainName(request, place) + ")")
              .collect(Collectors.joining(" > "));
    };
  }

  private static String plainName(CandidateList request, int place) {
    return request.entity(place).name().replaceAll("[()]", "");
  }

  private String spoil(String sound) {
    StringBuilder text = new StringBuilder(sound);
    for (int n = random.nextInt(4); n >= 0; n--) {
      int at = random.nextInt(text.length() + 1);
      int to = at + random.nextInt(text.length() - at + 1);
      switch (random.nextInt(8)) {
        case 0 -> text.delete(at, to);
        case 1 -> text.insert(at, text.substring(at, to));
        case 2 -> text.setLength(at);
        case 3 -> text.insert(0, "Sure, here is the ranking:\n").append("\nHope this helps.");
        case 4 -> text.insert(0, "```\n").append("\n```");
        case 5 -> text.insert(at, (char) random.nextInt(0x10000));
        case 6 -> text.insert(0, "<think>" + text.substring(at, to) + "</think>");
        default -> text.insert(at, NOISE[random.nextInt(NOISE.length)]);
      }
    }
    return text.toString();
  }
}
