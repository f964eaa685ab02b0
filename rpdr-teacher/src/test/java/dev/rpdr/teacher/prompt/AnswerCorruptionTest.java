package dev.rpdr.teacher.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rpdr.CandidateList;
import dev.rpdr.Outcome;
import dev.rpdr.Ranking;
import dev.rpdr.teacher.OutcomeCounter;
import dev.rpdr.teacher.Requests;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** 10,000 answers, each well formed at first and then spoilt at random. */
class AnswerCorruptionTest {
  private static final int ANSWERS = 10_000;
  private static final long SEED = 20261124;
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

  private final Random random = new Random(SEED);

  @Test
  void noEntityFromOutsideComesOutNothingIsThrownAndTheOutcomesAddUp() {
    OutcomeCounter counter = new OutcomeCounter();
    int restored = 0;
    for (int i = 0; i < ANSWERS; i++) {
      CandidateList request = request(1 + random.nextInt(30));
      LabelStyle style = LabelStyle.values()[random.nextInt(2)];
      int top = 1 + random.nextInt(request.size() + 2);
      List<Integer> order = order(request.size(), Math.min(top, request.size()));
      String sound = write(request, style, order);
      RankingParser parser = new RankingParser(style);

      Ranking before = parser.parse(sound, request, top);
      String spoilt = spoil(sound);
      Ranking after = parser.parse(spoilt, request, top);

      assertThat(before.ids()).as(sound).isEqualTo(order.stream().map(request.ids()::get).toList());
      check(after, request, top, spoilt);
      counter.count(after);
      restored += after.ids().equals(before.ids()) ? 1 : 0;
    }

    assertThat(counter.total()).isEqualTo(ANSWERS);
    assertThat(counter.outcomes().values().stream().mapToLong(Long::longValue).sum())
        .isEqualTo(ANSWERS);
    assertThat(counter.outcomes()).containsOnlyKeys("answered", "repaired", "fell-back");
    assertThat(counter.outcomes().values()).allSatisfy(n -> assertThat(n).isGreaterThan(100));
    assertThat(counter.reasons()).hasSizeGreaterThan(8);
    assertThat(restored).isGreaterThan(ANSWERS / 4);
  }

  private static void check(Ranking ranking, CandidateList request, int top, String text) {
    assertThat(ranking.request()).isSameAs(request);
    assertThat(request.ids()).as(text).containsAll(ranking.ids());
    assertThat(new HashSet<>(ranking.ids())).as(text).hasSameSizeAs(ranking.ids());
    boolean fellBack = ranking.outcome() instanceof Outcome.FellBack;
    assertThat(ranking.candidates())
        .as(text)
        .hasSize(fellBack ? request.size() : Math.min(top, request.size()));
    if (fellBack) {
      assertThat(ranking.ids()).as(text).isEqualTo(request.ids());
    }
  }

  private CandidateList request(int size) {
    List<String> names =
        IntStream.range(0, size)
            .mapToObj(
                i ->
                    NAMES[random.nextInt(NAMES.length)]
                        + (random.nextInt(3) == 0 ? "" : " " + i + "x"))
            .toList();
    return Requests.of("felt <sick>", names.toArray(String[]::new));
  }

  private List<Integer> order(int size, int top) {
    List<Integer> places = new ArrayList<>(IntStream.range(0, size).boxed().toList());
    Collections.shuffle(places, random);
    return List.copyOf(places.subList(0, top));
  }

  private String write(CandidateList request, LabelStyle style, List<Integer> order) {
    List<String> labels = order.stream().map(style::label).toList();
    return switch (random.nextInt(6)) {
      case 0 -> String.join(" > ", labels);
      case 1 -> labels.stream().map(l -> "[" + l + "]").collect(Collectors.joining(" > "));
      case 2 -> String.join(", ", labels);
      case 3 ->
          labels.stream().map(l -> "\"" + l + "\"").collect(Collectors.joining(",", "[", "]"));
      case 4 -> labels.stream().map(l -> "- " + l).collect(Collectors.joining("\n"));
      default ->
          order.stream()
              .map(
                  p ->
                      "["
                          + style.label(p)
                          + "] ("
                          + request.entity(p).name().replaceAll("[()]", "")
                          + ")")
              .collect(Collectors.joining(" > "));
    };
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
