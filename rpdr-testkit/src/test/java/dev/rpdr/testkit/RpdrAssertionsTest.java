package dev.rpdr.testkit;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rpdr.CandidateList;
import dev.rpdr.Entity;
import dev.rpdr.Mention;
import dev.rpdr.Outcome;
import dev.rpdr.Ranking;
import dev.rpdr.TeacherAnswer;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class RpdrAssertionsTest {
  private static final CandidateList REQUEST =
      CandidateList.of(
          Mention.of("leg cramp"),
          List.of(Entity.of("1", "cramp"), Entity.of("2", "pain"), Entity.of("3", "gout")));
  private static final Ranking RANKING =
      Ranking.byPlaces(REQUEST, List.of(1, 0), new Outcome.Repaired("one was left out"));

  @Test
  void acceptsWhatIsTrueOfARanking() {
    RpdrAssertions.assertThat(RANKING)
        .isAnswerTo(REQUEST)
        .isClosedSet()
        .hasIds("2", "1")
        .ranks("2")
        .first()
        .ranks("1")
        .at(2)
        .ranks("1")
        .within(2)
        .ranks("2")
        .above("1")
        .ranks("1")
        .above("3")
        .ranks("3")
        .nowhere()
        .hasOutcome(Outcome.Repaired.class)
        .hasOutcome(new Outcome.Repaired("one was left out"))
        .hasReasonContaining("left out");
  }

  @Test
  void tellsWhatIsNotTrueOfARanking() {
    fails(
        () -> RpdrAssertions.assertThat(RANKING).ranks("1").first(),
        "Expected '1' at place 1 for mention 'leg cramp', but the order is [2, 1]");
    fails(
        () -> RpdrAssertions.assertThat(RANKING).ranks("1").within(1),
        "Expected '1' among the first 1");
    fails(
        () -> RpdrAssertions.assertThat(RANKING).ranks("3").within(9),
        "Expected '3' among the first 9");
    fails(() -> RpdrAssertions.assertThat(RANKING).ranks("1").above("2"), "'1' above '2'");
    fails(() -> RpdrAssertions.assertThat(RANKING).ranks("3").above("9"), "'3' above '9'");
    fails(() -> RpdrAssertions.assertThat(RANKING).ranks("1").nowhere(), "'1' nowhere");
    fails(() -> RpdrAssertions.assertThat(RANKING).hasIds("1", "2"), "the order [1, 2]");
    fails(() -> RpdrAssertions.assertThat(RANKING).ranksAllCandidates(), "[3] too");
    fails(
        () -> RpdrAssertions.assertThat(RANKING).isAnswerTo(REQUEST.top(2)),
        "Expected a ranking of the request");
    fails(
        () -> RpdrAssertions.assertThat(RANKING).isClosedOver(REQUEST.top(1)),
        "Expected only candidates of [1], but the ranking holds '2'");
    fails(
        () -> RpdrAssertions.assertThat(RANKING).hasOutcome(Outcome.ANSWERED),
        "Expected the outcome Answered[], but it is Repaired[reason=one was left out]");
    fails(
        () -> RpdrAssertions.assertThat(RANKING).hasOutcome(Outcome.FellBack.class),
        "of kind FellBack");
    fails(() -> RpdrAssertions.assertThat(RANKING).hasReasonContaining("x"), "containing 'x'");
    fails(() -> RpdrAssertions.assertThat((Ranking) null).isClosedSet(), "not to be null");
  }

  @Test
  void judgesHowARankingCameAbout() {
    RpdrAssertions.assertThat(RANKING).wasRepaired();
    RpdrAssertions.assertThat(Ranking.asRetrieved(REQUEST)).wasAnswered();
    RpdrAssertions.assertThat(Ranking.fellBack(REQUEST, "empty")).fellBack();
    RpdrAssertions.assertThat(Ranking.abstained(REQUEST, "negated")).abstained();
    fails(() -> RpdrAssertions.assertThat(RANKING).wasAnswered(), "of kind Answered");
    fails(() -> RpdrAssertions.assertThat(RANKING).fellBack(), "of kind FellBack");
    fails(() -> RpdrAssertions.assertThat(RANKING).abstained(), "of kind Abstained");
    fails(
        () -> RpdrAssertions.assertThat(Ranking.asRetrieved(REQUEST)).wasRepaired(),
        "of kind Repaired");
  }

  @Test
  void judgesWhatATeacherAnswered() {
    TeacherAnswer answer =
        new TeacherAnswer(RANKING, "B > A", "m-2026-01", new TeacherAnswer.Usage(120, 7));
    RpdrAssertions.assertThat(answer)
        .isAnswerTo(REQUEST)
        .hasRawText("B > A")
        .hasModel("m-2026-01")
        .hasUsage(120, 7)
        .ranking()
        .ranks("2")
        .first();
    fails(
        () -> RpdrAssertions.assertThat(answer).hasRawText("A"),
        "Expected the raw text 'A', but it is 'B > A'");
    fails(
        () -> RpdrAssertions.assertThat(TeacherAnswer.of(RANKING)).hasModel("m"),
        "an answer of the model 'm', but it is of an unnamed one");
    fails(() -> RpdrAssertions.assertThat(answer).hasUsage(120, 8), "outputTokens=8");
    fails(() -> RpdrAssertions.assertThat((TeacherAnswer) null).ranking(), "not to be null");
  }

  @Test
  void judgesCandidates() {
    RpdrAssertions.assertThat(REQUEST).holds("3").holdsWithin("2", 2).doesNotHold("4").hasSize(3);
    fails(
        () -> RpdrAssertions.assertThat(REQUEST).holds("4"),
        "Expected '4' among the first 3 for mention 'leg cramp', but the order is [1, 2, 3]");
    fails(() -> RpdrAssertions.assertThat(REQUEST).holdsWithin("3", 2), "among the first 2");
    fails(() -> RpdrAssertions.assertThat(REQUEST).doesNotHold("1"), "'1' nowhere");
    fails(() -> RpdrAssertions.assertThat(REQUEST).hasSize(2), "2 candidates");
  }

  private static void fails(ThrowingCallable assertion, String message) {
    assertThatThrownBy(assertion).isInstanceOf(AssertionError.class).hasMessageContaining(message);
  }
}
