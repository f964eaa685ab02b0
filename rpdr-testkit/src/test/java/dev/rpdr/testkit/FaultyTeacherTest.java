package dev.rpdr.testkit;

import static dev.rpdr.testkit.RpdrAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rpdr.CandidateList;
import dev.rpdr.Entity;
import dev.rpdr.Mention;
import dev.rpdr.Outcome;
import dev.rpdr.Ranking;
import dev.rpdr.RetriableException;
import dev.rpdr.TeacherAnswer;
import dev.rpdr.TeacherLlm;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The faulty teacher fulfils both contracts: it is faulty as a real one is. */
class FaultyTeacherTest implements TeacherFaultsContract, TeacherLlmContract {
  private static final CandidateList REQUEST =
      CandidateList.of(
          Mention.of("heart attack"),
          List.of(Entity.of("1", "Angina"), Entity.of("2", "Infarction"), Entity.of("3", "Cramp")));

  private static TeacherLlm backwards() {
    return TeacherLlm.of("backwards", FaultyTeacherTest::reversed);
  }

  private static Ranking reversed(CandidateList request) {
    int last = request.size() - 1;
    List<Integer> places = IntStream.rangeClosed(0, last).map(i -> last - i).boxed().toList();
    return Ranking.byPlaces(request, places, Outcome.ANSWERED);
  }

  @Override
  public TeacherLlm teacherWith(Faults faults) {
    return FaultyTeacher.of(backwards(), faults.withDrip(Duration.ofMillis(5)));
  }

  @Override
  public TeacherLlm teacher() {
    return FaultyTeacher.of(backwards(), Faults.none());
  }

  @Override
  public CandidateList request() {
    return TeacherFaultsContract.super.request();
  }

  @Test
  void missingEntriesAreFilledUpInTheOrderOfTheRequest() {
    TeacherAnswer answer = teacherWith(Faults.always(Fault.MISSING)).rank(REQUEST);

    assertThat(answer).hasRawText("3 > 2").isAnswerTo(REQUEST);
    assertThat(answer.ranking())
        .hasIds("3", "2", "1")
        .hasOutcome(new Outcome.Repaired("missing appended: 1"));
  }

  @Test
  void anAnswerWithoutARankingFallsBack() {
    assertThat(teacherWith(Faults.always(Fault.EMPTY)).rank(REQUEST).ranking())
        .hasIds("1", "2", "3")
        .fellBack()
        .hasReasonContaining("empty answer");
  }

  @Test
  void aRateLimitSaysWhenToComeBack() {
    Faults faults = Faults.always(Fault.RATE_LIMIT).withRetryAfter(Duration.ofSeconds(7));
    assertThatThrownBy(() -> teacherWith(faults).rank(REQUEST))
        .isInstanceOfSatisfying(
            RetriableException.class,
            e -> assertThat(e.retryAfter()).isEqualTo(Duration.ofSeconds(7)))
        .hasMessage("rate limit (HTTP 429); retry after 7 s");
  }

  @Test
  void nothingToRankMeetsNoFault() {
    FaultyTeacher teacher = FaultyTeacher.of(backwards(), Faults.always(Fault.TIMEOUT));
    CandidateList none = new CandidateList(Mention.of("x"), List.of());
    assertThat(teacher.rank(none).ranking()).isAnswerTo(none);
    assertThat(teacher.faults().requests()).isZero();
  }
}
