package dev.rpdr.teacher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.rpdr.Ranking;
import dev.rpdr.RetriableException;
import dev.rpdr.TeacherAnswer.Usage;
import dev.rpdr.TeacherLlm;
import dev.rpdr.teacher.call.CallCounts;
import dev.rpdr.teacher.call.CallGuard;
import dev.rpdr.teacher.call.RetryRule;
import dev.rpdr.teacher.cost.CostMeter;
import dev.rpdr.teacher.cost.PriceTable;
import dev.rpdr.testkit.Fault;
import dev.rpdr.testkit.Faults;
import dev.rpdr.testkit.FaultyTeacher;
import dev.rpdr.testkit.TeacherLlmContract;
import java.math.BigDecimal;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class GuardedTeacherTest implements TeacherLlmContract {
  private static final RetryRule QUICK =
      RetryRule.DEFAULT.withWaits(Duration.ofMillis(1), Duration.ofMillis(1));
  private static final TeacherLlm PLAIN = TeacherLlm.of("plain", Ranking::asRetrieved);

  private static GuardedTeacher guarded(TeacherLlm teacher, CallGuard guard) {
    return GuardedTeacher.of(teacher, "ours", guard, 2, request -> new Usage(10, 1));
  }

  @Override
  public TeacherLlm teacher() {
    return guarded(PLAIN, CallGuard.once());
  }

  @Test
  void a_faulty_teacher_answers_in_the_end() {
    CallGuard guard = CallGuard.builder().retries(QUICK).build();
    Faults faults = Faults.sequence(Fault.RATE_LIMIT, Fault.SERVER_ERROR, Fault.CONNECTION_RESET);
    GuardedTeacher teacher = guarded(FaultyTeacher.of(PLAIN, faults), guard);

    assertThat(teacher.rank(Requests.sick()).ranking().ids())
        .containsExactly("e1", "e2", "e3", "e4", "e5");
    assertThat(guard.counts()).isEqualTo(new CallCounts(4, 1, 3));
    assertThat(teacher.identity()).isEqualTo(FaultyTeacher.of(PLAIN, faults).identity());
  }

  @Test
  void a_teacher_that_only_fails_fails() {
    CallGuard guard = CallGuard.builder().retries(QUICK.withRetries(2)).build();

    assertThatExceptionOfType(RetriableException.class)
        .isThrownBy(
            () ->
                guarded(FaultyTeacher.of(PLAIN, Faults.always(Fault.RATE_LIMIT)), guard)
                    .rank(Requests.sick()))
        .withMessageContaining("the last of 3 requests");
  }

  @Test
  void a_budget_wants_a_price_before_anything_is_asked() {
    CallGuard guard =
        CallGuard.builder()
            .meter(CostMeter.withBudget(PriceTable.shipped(), BigDecimal.ONE))
            .build();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> guarded(PLAIN, guard))
        .withMessageContaining("model 'ours' has no price");
  }
}
