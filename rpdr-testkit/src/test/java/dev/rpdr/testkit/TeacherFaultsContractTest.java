package dev.rpdr.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rpdr.CandidateList;
import dev.rpdr.NonRetriableException;
import dev.rpdr.Ranking;
import dev.rpdr.RetriableException;
import dev.rpdr.TeacherAnswer;
import dev.rpdr.TeacherLlm;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The contract catches each broken promise. */
class TeacherFaultsContractTest {
  private static TeacherLlm honest(Faults faults) {
    return FaultyTeacher.of(
        TeacherLlm.of("honest", Ranking::asRetrieved), faults.withDrip(Duration.ofMillis(5)));
  }

  @Test
  void catchesAFailureThatDoesNotSayAskAgain() {
    plant(
        faults ->
            wrapped(
                honest(faults),
                (teacher, request) -> {
                  try {
                    return teacher.rank(request);
                  } catch (RetriableException e) {
                    throw new NonRetriableException("gave up", e);
                  }
                }));
    assertThat(failures()).contains("rate limit", "timeout", "server error", "connection reset");
  }

  @Test
  void catchesAFailureThatIsHidden() {
    plant(
        faults ->
            wrapped(
                honest(faults),
                (teacher, request) -> {
                  try {
                    return teacher.rank(request);
                  } catch (RetriableException e) {
                    return TeacherAnswer.of(Ranking.asRetrieved(request));
                  }
                }));
    assertThat(failures()).contains("malformed body").doesNotContain("fences", "slow drip");
  }

  @Test
  void catchesASpoiltAnswerThatIsTakenAsGood() {
    plant(
        faults ->
            wrapped(
                honest(faults),
                (teacher, request) -> {
                  teacher.rank(request);
                  return TeacherAnswer.of(Ranking.asRetrieved(request));
                }));
    assertThat(failures())
        .contains("fences", "empty", "missing", "wrong language")
        .doesNotContain("timeout");
  }

  @Test
  void catchesAnAnswerThatIsGivenUpThoughItCanBeRead() {
    plant(
        faults ->
            FaultyTeacher.of(
                TeacherLlm.of(
                    "last first",
                    request ->
                        Ranking.byPlaces(
                            request, List.of(request.size() - 1), dev.rpdr.Outcome.ANSWERED)),
                faults));
    Set<String> good = failures();
    plant(
        faults ->
            wrapped(
                FaultyTeacher.of(
                    TeacherLlm.of(
                        "last first",
                        request ->
                            Ranking.byPlaces(
                                request,
                                List.of(request.size() - 1, 0),
                                dev.rpdr.Outcome.ANSWERED)),
                    faults),
                (teacher, request) -> {
                  Ranking ranking = teacher.rank(request).ranking();
                  return TeacherAnswer.of(
                      ranking.outcome().reason().isEmpty()
                          ? ranking
                          : Ranking.fellBack(request, "unreadable"));
                }));
    assertThat(good).doesNotContain("fences", "prose");
    assertThat(failures()).contains("fences", "prose", "repeats", "out of range");
  }

  private static TeacherLlm wrapped(TeacherLlm teacher, Asking asking) {
    return new TeacherLlm() {
      @Override
      public TeacherAnswer rank(CandidateList request) {
        return asking.ask(teacher, request);
      }

      @Override
      public String identity() {
        return teacher.identity();
      }
    };
  }

  private interface Asking {
    TeacherAnswer ask(TeacherLlm teacher, CandidateList request);
  }

  private static void plant(Function<Faults, TeacherLlm> teacher) {
    Violator.planted = teacher;
  }

  private static Set<String> failures() {
    return Planted.failuresOf(Violator.class);
  }

  /** Run by the planted tests only. */
  static class Violator implements TeacherFaultsContract {
    private static @Nullable Function<Faults, TeacherLlm> planted;

    @Override
    public TeacherLlm teacherWith(Faults faults) {
      return Objects.requireNonNull(planted).apply(faults.withDrip(Duration.ofMillis(5)));
    }
  }
}
