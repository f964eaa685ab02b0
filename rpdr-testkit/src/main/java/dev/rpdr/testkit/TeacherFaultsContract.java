package dev.rpdr.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.rpdr.CandidateList;
import dev.rpdr.Outcome;
import dev.rpdr.Ranking;
import dev.rpdr.RetriableException;
import dev.rpdr.TeacherLlm;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * What every {@link TeacherLlm} promises when the service behind it is faulty. A test class
 * implements this interface and hands out its teacher in front of a fake that has faults: {@link
 * dev.rpdr.testkit.openai.FakeOpenAiServer} for the OpenAI protocol, {@link
 * dev.rpdr.testkit.langchain4j.FaultyChatModel} for LangChain4j, {@link Fault#spoil} for protocols
 * of one's own.
 *
 * <p>Beside it, {@link TeacherLlmContract} says what holds when nothing goes wrong.
 */
public interface TeacherFaultsContract {
  /**
   * A teacher whose service meets these faults: it asks {@link Faults#next()} at each request. The
   * service ranks all candidates, and not in the order in which they are shown. A teacher with
   * retries of its own makes none here.
   */
  TeacherLlm teacherWith(Faults faults);

  /** What can go wrong; all faults unless told otherwise. */
  default Set<Fault> faults() {
    return EnumSet.allOf(Fault.class);
  }

  /** What is asked: one with several candidates of {@link ContractData#requests()}. */
  default CandidateList request() {
    List<CandidateList> requests = ContractData.requests();
    return requests.get(requests.size() - 1);
  }

  @TestFactory
  default Stream<DynamicTest> aFailureOfTheServiceIsAnExceptionThatSaysAskAgain() {
    return of(
        fault -> fault.isFailure(),
        fault -> {
          TeacherLlm teacher = teacherWith(Faults.always(fault));
          Throwable thrown = catchThrowable(() -> teacher.rank(request()));
          assertThat(thrown).as("after a %s", fault).isInstanceOf(RetriableException.class);
        });
  }

  @TestFactory
  default Stream<DynamicTest> aSpoiltAnswerIsAClosedRankingWhoseOutcomeSaysSo() {
    return of(
        Fault::isInAnswer,
        fault -> {
          CandidateList request = request();
          Ranking ranking = teacherWith(Faults.always(fault)).rank(request).ranking();
          RpdrAssertions.assertThat(ranking).isAnswerTo(request);
          assertThat(ranking.outcome())
              .as("outcome of an answer with %s", fault)
              .isNotInstanceOf(Outcome.Answered.class);
          if (fault == Fault.EMPTY || fault == Fault.WRONG_LANGUAGE) {
            assertThat(ranking.outcome())
                .as("outcome of an answer that holds no ranking (%s)", fault)
                .isNotInstanceOf(Outcome.Repaired.class);
          }
        });
  }

  @TestFactory
  default Stream<DynamicTest> whatCanStillBeReadIsRead() {
    Set<Fault> readable =
        EnumSet.of(Fault.FENCES, Fault.PROSE, Fault.REPEATS, Fault.MISSING, Fault.OUT_OF_RANGE);
    return of(
        readable::contains,
        fault -> {
          Ranking plain = teacherWith(Faults.none()).rank(request()).ranking();
          Ranking spoilt = teacherWith(Faults.always(fault)).rank(request()).ranking();
          assertThat(spoilt.best()).as("best entity in spite of %s", fault).isEqualTo(plain.best());
        });
  }

  @TestFactory
  default Stream<DynamicTest> aSlowAnswerIsAnAnswerOrAnExceptionThatSaysAskAgain() {
    return of(
        fault -> fault == Fault.SLOW_DRIP,
        fault -> {
          CandidateList request = request();
          TeacherLlm teacher = teacherWith(Faults.always(fault));
          try {
            RpdrAssertions.assertThat(teacher.rank(request).ranking()).isAnswerTo(request);
          } catch (RetriableException e) {
            assertThat(e).as("after a slow answer").hasMessageMatching("(?s).+");
          }
        });
  }

  @TestFactory
  default Stream<DynamicTest> afterAFailureTheNextRequestIsAnsweredAsEver() {
    return of(
        Fault::isFailure,
        fault -> {
          TeacherLlm teacher = teacherWith(Faults.sequence(fault));
          Ranking plain = teacherWith(Faults.none()).rank(request()).ranking();
          assertThat(catchThrowable(() -> teacher.rank(request()))).isNotNull();
          assertThat(teacher.rank(request()).ranking()).as("after a %s", fault).isEqualTo(plain);
        });
  }

  @TestFactory
  default Stream<DynamicTest> aFailureHarmsOnlyItsOwnRequestAmongThoseOfOtherThreads() {
    return of(
        Fault::isFailure,
        fault -> {
          Ranking plain = teacherWith(Faults.none()).rank(request()).ranking();
          TeacherLlm teacher = teacherWith(Faults.sequence(fault));
          AtomicInteger failed = new AtomicInteger();
          Together.call(
              () -> {
                for (int i = 0; i < 3; i++) {
                  try {
                    assertThat(teacher.rank(request()).ranking()).isEqualTo(plain);
                  } catch (RetriableException e) {
                    failed.incrementAndGet();
                  }
                }
                return failed;
              });
          assertThat(failed).as("requests that failed after one %s", fault).hasValue(1);
        });
  }

  private Stream<DynamicTest> of(
      java.util.function.Predicate<Fault> which, java.util.function.Consumer<Fault> test) {
    return faults().stream()
        .filter(which)
        .map(fault -> DynamicTest.dynamicTest(fault.toString(), () -> test.accept(fault)));
  }
}
