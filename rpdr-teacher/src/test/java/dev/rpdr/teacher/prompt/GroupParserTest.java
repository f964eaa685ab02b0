package dev.rpdr.teacher.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rpdr.CandidateList;
import dev.rpdr.Outcome;
import dev.rpdr.Ranking;
import dev.rpdr.teacher.Requests;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GroupParserTest {
  private static final List<CandidateList> THREE =
      List.of(
          Requests.of("sick", "Nausea", "Vomiting", "Itch"),
          Requests.of("tired", "Fatigue", "Sleep", "Pain"),
          Requests.of("sore", "Ache", "Rash", "Burn"));

  private static List<Ranking> parse(String text, boolean cutOff) {
    return new GroupParser(LabelStyle.LETTERS)
        .parse(text, THREE, 3, cutOff).stream().map(GroupParser.Part::ranking).toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "M1: B > A > C\nM2: C > A > B\nM3: A > B > C",
        "M3: A > B > C\n\nM1: B > A > C\n\nM2: C > A > B",
        "- **M1**: B > A > C\n- **M2**: C > A > B\n- **M3**: A > B > C",
        "[M1] B > A > C\n[M2] C > A > B\n[M3] A > B > C",
        "Mention M1: B > A > C\nMention M2: C > A > B\nMention M3: A > B > C",
        "提及 M1：B > A > C\n提及 M2：C > A > B\n提及 M3：A > B > C",
        "M1:\nB > A > C\nM2:\nC > A > B\nM3:\nA > B > C",
        "m1 B, A, C\nm2 C, A, B\nm3 A, B, C",
        "M1 -> B > A > C\nM2 -> C > A > B\nM3 -> A > B > C",
        "{\"M1\":[\"B\",\"A\",\"C\"],\"M2\":[\"C\",\"A\",\"B\"],\"M3\":[\"A\",\"B\",\"C\"]}",
        "{\"M2\":\"C > A > B\",\"M1\":\"B > A > C\",\"M3\":\"A > B > C\"}",
        "Mention M1: Vomiting > Nausea > Itch\nM2: Pain, Fatigue, Sleep\nM3: 1. A\n2. B\n3. C",
      })
  void eachAnswerIsFoundByItsId(String text) {
    List<Ranking> rankings = parse(text, false);

    assertThat(rankings.get(0).ids()).as(text).containsExactly("e2", "e1", "e3");
    assertThat(rankings.get(1).ids()).as(text).containsExactly("e3", "e1", "e2");
    assertThat(rankings.get(2).ids()).as(text).containsExactly("e1", "e2", "e3");
    for (int i = 0; i < 3; i++) {
      assertThat(rankings.get(i).request()).isSameAs(THREE.get(i));
    }
  }

  @Test
  void aPlainAnswerNeedsNoRepair() {
    assertThat(parse("M1: B > A > C\nM2: C > A > B\nM3: A > B > C", false))
        .extracting(Ranking::outcome)
        .containsOnly(Outcome.ANSWERED);
  }

  @Test
  void aMissingIdIsTheOutcomeOfThatMentionOnly() {
    List<Ranking> rankings = parse("M1: B > A > C\nM3: C > B > A", false);

    assertThat(rankings.get(0).outcome()).isEqualTo(Outcome.ANSWERED);
    assertThat(rankings.get(1).outcome()).isEqualTo(new Outcome.FellBack("no answer for its id"));
    assertThat(rankings.get(1).ids()).containsExactly("e1", "e2", "e3");
    assertThat(rankings.get(2).ids()).containsExactly("e3", "e2", "e1");
    assertThat(rankings.get(2).outcome()).isEqualTo(Outcome.ANSWERED);
  }

  @Test
  void aDoubledIdIsTheOutcomeOfThatMentionOnly() {
    List<Ranking> rankings =
        parse("M1: B > A > C\nM2: A > B > C\nM2: C > B > A\nM3: C > B > A\nM3: C>B>A", false);

    assertThat(rankings.get(0).outcome()).isEqualTo(Outcome.ANSWERED);
    assertThat(rankings.get(1).outcome())
        .isEqualTo(new Outcome.FellBack("different answers for its id"));
    assertThat(rankings.get(2).outcome())
        .isEqualTo(new Outcome.Repaired("answered more than once"));
    assertThat(rankings.get(2).ids()).containsExactly("e3", "e2", "e1");
  }

  @Test
  void aDoubledKeyOfJsonIsNotSilentlyTheLast() {
    assertThat(
            parse("{\"M1\":[\"B\",\"A\",\"C\"],\"M1\":[\"C\",\"A\",\"B\"]}", false)
                .get(0)
                .outcome())
        .isInstanceOf(Outcome.FellBack.class);
  }

  @Test
  void anIdThatNobodyAskedForIsNotGluedToItsNeighbour() {
    List<Ranking> rankings = parse("M1: B > A\nM7: C\nM2: C > A > B\nM3: A > B > C", false);

    assertThat(rankings.get(0).ids()).containsExactly("e2", "e1", "e3");
    assertThat(rankings.get(0).outcome()).isEqualTo(new Outcome.Repaired("missing appended: 1"));
  }

  @Test
  void whatIsMendedInTheWholeIsSaidOfEach() {
    List<Ranking> rankings =
        parse("<think>M2 is hard</think>\nM1: B > A > C\nM2: C > A > B\nM3: A > B", true);

    assertThat(rankings.get(0).outcome()).isEqualTo(new Outcome.Repaired("thinking removed"));
    assertThat(rankings.get(2).outcome())
        .isEqualTo(new Outcome.Repaired("thinking removed; answer cut off; missing appended: 1"));
  }

  @Test
  void anEmptyAnswerIsOneForAll() {
    assertThat(parse(" ", false))
        .extracting(Ranking::outcome)
        .containsOnly(new Outcome.FellBack("empty answer"));
    assertThat(parse("I cannot help with that.", false))
        .extracting(Ranking::outcome)
        .containsOnly(new Outcome.FellBack("no answer for its id"));
  }

  @Test
  void aGroupOfOneNeedsNoId() {
    GroupParser parser = new GroupParser(LabelStyle.LETTERS);

    assertThat(parser.parse("B > A > C", THREE.subList(0, 1), 3, false).get(0).ranking().ids())
        .containsExactly("e2", "e1", "e3");
    assertThat(GroupParser.ids(3)).containsExactly("M1", "M2", "M3");
  }

  @Test
  void anyTextGivesClosedRankings() {
    Random random = new Random(20261124);
    String[] pieces = {
      "M1",
      "M2",
      "M3",
      "M99",
      ": ",
      "\n",
      "A",
      "B > ",
      "C",
      "Z",
      "{",
      "}",
      "\"",
      "[",
      "]",
      ",",
      "<think>",
      "</think>",
      "```",
      "null",
      "sick",
      "Pain"
    };
    for (int i = 0; i < 5000; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(30); n >= 0; n--) {
        text.append(pieces[random.nextInt(pieces.length)]);
      }
      List<Ranking> rankings = parse(text.toString(), random.nextBoolean());

      assertThat(rankings).as(text.toString()).hasSize(3);
      for (int k = 0; k < 3; k++) {
        assertThat(rankings.get(k).request()).isSameAs(THREE.get(k));
        assertThat(rankings.get(k).ids()).containsExactlyInAnyOrder("e1", "e2", "e3");
      }
    }
  }
}
