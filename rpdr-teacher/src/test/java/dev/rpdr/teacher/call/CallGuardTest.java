package dev.rpdr.teacher.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.rpdr.NonRetriableException;
import dev.rpdr.Outcome;
import dev.rpdr.RetriableException;
import dev.rpdr.TeacherAnswer.Usage;
import dev.rpdr.teacher.call.TeacherEvent.Waiting.Why;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CallGuardTest extends CallGuardFixture {
  @Test
  void what_can_be_tried_again_is_and_every_request_is_counted() {
    CallGuard guard = quick().build();

    String answer =
        ask(
            guard,
            failing(
                busy(null),
                new LostReplyException("timeout", null),
                new RetriableException("down")));

    assertThat(answer).isEqualTo("A");
    assertThat(guard.counts()).isEqualTo(new CallCounts(4, 1, 3));
    assertThat(guard.counts().underWay()).isZero();
    assertThat(events)
        .filteredOn(TeacherEvent.Failed.class::isInstance)
        .extracting(event -> ((TeacherEvent.Failed) event).kind())
        .containsExactly("http-429", "lost", "other-retriable");
    assertThat(events)
        .filteredOn(TeacherEvent.Sent.class::isInstance)
        .extracting(event -> ((TeacherEvent.Sent) event).attempt())
        .containsExactly(1, 2, 3, 4);
    assertThat(waits(Why.RETRY)).hasSize(3);
  }

  @Test
  void waits_double_with_a_spread_and_reach_the_longest() {
    CallGuard guard =
        quick().retries(QUICK.withWaits(Duration.ofMillis(2), Duration.ofMillis(8))).build();

    ask(guard, failing(busy(null), busy(null), busy(null), busy(null)));

    List<Duration> waits = waits(Why.RETRY);
    long[] middle = {2, 4, 8, 8};
    for (int i = 0; i < middle.length; i++) {
      assertThat(waits.get(i))
          .isBetween(
              Duration.ofNanos(middle[i] * 750_000), Duration.ofNanos(middle[i] * 1_250_000));
    }
  }

  @Test
  void at_least_as_long_is_waited_as_the_service_says() {
    CallGuard guard = quick().build();
    Duration told = Duration.ofMillis(40);
    long start = System.nanoTime();

    ask(guard, failing(busy(told)));

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(told);
    assertThat(waits(Why.RETRY).get(0)).isBetween(told, told.multipliedBy(2));
  }

  @Test
  void no_wait_is_kept_where_the_service_says_so() {
    CallGuard guard =
        quick().retries(QUICK.withWaits(Duration.ofMinutes(1), Duration.ofMinutes(2))).build();

    assertThat(ask(guard, failing(busy(Duration.ZERO)))).isEqualTo("A");
    assertThat(waits(Why.RETRY)).isEmpty();
  }

  @Test
  void a_wait_that_is_too_long_ends_the_call_and_says_so() {
    CallGuard guard = quick().build();

    assertThatExceptionOfType(NonRetriableException.class)
        .isThrownBy(() -> ask(guard, failing(busy(Duration.ofHours(5)))))
        .withMessage("HTTP 429 (the service says to wait for PT5H, which is longer than allowed)");
    assertThat(guard.counts()).isEqualTo(new CallCounts(1, 0, 1));
  }

  @Test
  void the_last_failure_is_thrown_with_those_before_it() {
    CallGuard guard = quick().retries(QUICK.withRetries(2)).build();
    RetriableException first = new RetriableException("first");
    RetriableException second = new LostReplyException("second", null);
    RetriableException third = busy(Duration.ofMillis(1));

    RetriableException thrown =
        catchThrowableOfType(
            RetriableException.class, () -> ask(guard, failing(first, second, third)));

    assertThat(thrown)
        .hasMessage("HTTP 429 (the last of 3 requests)")
        .hasCause(third)
        .hasSuppressedException(first)
        .hasSuppressedException(second);
    assertThat(thrown.retryAfter()).isEqualTo(Duration.ofMillis(1));
    assertThat(guard.counts()).isEqualTo(new CallCounts(3, 0, 3));
  }

  @Test
  void what_cannot_be_tried_again_is_thrown_at_once() {
    CallGuard guard = quick().build();
    NonRetriableException refused = new NonRetriableException("HTTP 401");

    assertThat(
            catchThrowableOfType(NonRetriableException.class, () -> ask(guard, failing(refused))))
        .isSameAs(refused);
    assertThat(guard.counts()).isEqualTo(new CallCounts(1, 0, 1));
    assertThat(((TeacherEvent.Failed) events.get(1)).kind()).isEqualTo("final");
  }

  @Test
  void requests_and_tokens_keep_to_their_limits_a_minute() {
    CallGuard requests = quick().requestsPerMinute(6000).build();
    assertThat(timeOfFive(requests))
        .as("four times 10 ms, the first of them perhaps begun")
        .isGreaterThan(Duration.ofMillis(29));
    assertThat(requests.needsEstimates()).isFalse();

    CallGuard tokens = quick().tokensPerMinute(660_000).build();
    assertThat(timeOfFive(tokens))
        .as("four times 110 tokens at 11 a millisecond")
        .isGreaterThan(Duration.ofMillis(29));
    assertThat(tokens.needsEstimates()).isTrue();
  }

  private static Duration timeOfFive(CallGuard guard) {
    long start = System.nanoTime();
    for (int i = 0; i < 5; i++) {
      ask(guard, failing());
    }
    return Duration.ofNanos(System.nanoTime() - start);
  }

  @Test
  void a_listener_that_fails_does_no_harm_and_all_listeners_hear() {
    CallGuard guard =
        CallGuard.builder()
            .listener(
                event -> {
                  throw new IllegalStateException("a bug in a dashboard");
                })
            .build();
    assertThat(ask(guard, failing())).isEqualTo("A");

    List<TeacherEvent> second = new ArrayList<>();
    CallGuard two = quick().listener(second::add).build();
    two.tell(new TeacherEvent.Ranked("m", Outcome.ANSWERED));
    assertThat(second).isEqualTo(events).hasSize(1);
  }

  @Test
  void rules_are_checked_at_once() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CallGuard.builder().requestsPerMinute(0))
        .withMessage("requestsPerMinute must be >= 1, not 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CallGuard.builder().tokensPerMinute(-1))
        .withMessage("tokensPerMinute must be >= 1, not -1");
    assertThatIllegalArgumentException().isThrownBy(() -> QUICK.withRetries(-1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> QUICK.withWaits(Duration.ofMillis(5), Duration.ofMillis(4)))
        .withMessage("the longest wait must be >= the first, PT0.005S, not PT0.004S");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new CircuitRule(0, Duration.ZERO, 0))
        .withMessage("failures must be >= 1, not 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new CircuitRule(1, Duration.ZERO, -1))
        .withMessage("pauses must be >= 0, not -1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Call("x", "m", 0, new Usage(0, 0)))
        .withMessage("mentions must be >= 1, not 0");
  }
}
