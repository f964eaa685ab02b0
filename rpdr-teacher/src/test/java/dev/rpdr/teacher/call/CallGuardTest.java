package dev.rpdr.teacher.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.rpdr.NonRetriableException;
import dev.rpdr.Outcome;
import dev.rpdr.RetriableException;
import dev.rpdr.TeacherAnswer.Usage;
import dev.rpdr.teacher.call.StoppedException.Reason;
import dev.rpdr.teacher.call.TeacherEvent.Waiting.Why;
import dev.rpdr.teacher.cost.CostMeter;
import dev.rpdr.teacher.cost.Price;
import dev.rpdr.teacher.cost.PriceTable;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CallGuardTest {
  private static final RetryRule QUICK =
      RetryRule.DEFAULT.withWaits(Duration.ofMillis(1), Duration.ofMillis(4));
  private static final Call CALL = new Call("heart attack", "m", 1, new Usage(100, 10));

  private final List<TeacherEvent> events = Collections.synchronizedList(new ArrayList<>());

  private CallGuard.Builder quick() {
    return CallGuard.builder().retries(QUICK).listener(events::add);
  }

  private static <T> T ask(CallGuard guard, Supplier<T> attempt) {
    return guard.call(CALL, attempt, text -> new Spend("m-1", new Usage(90, 9)));
  }

  /** Fails with each of these in turn, then answers. */
  private static Supplier<String> failing(RuntimeException... failures) {
    AtomicInteger next = new AtomicInteger();
    return () -> {
      int i = next.getAndIncrement();
      if (i < failures.length) {
        throw failures[i];
      }
      return "A";
    };
  }

  private static RefusedException busy(@Nullable Duration retryAfter) {
    return new RefusedException("HTTP 429", null, 429, retryAfter);
  }

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
  void a_service_that_only_fails_ends_the_run_and_all_further_calls() {
    CallGuard guard = quick().circuit(new CircuitRule(4, Duration.ofMillis(1), 2)).build();
    ask(guard, failing());
    AtomicInteger number = new AtomicInteger();
    Supplier<String> down =
        () -> {
          throw new RetriableException("down " + number.incrementAndGet());
        };

    StoppedException stopped = catchThrowableOfType(StoppedException.class, () -> ask(guard, down));

    assertThat(stopped.reason()).isEqualTo(Reason.FAILING);
    assertThat(stopped.answers()).isEqualTo(1);
    assertThat(stopped.lastFailures()).containsExactly("down 4", "down 5", "down 6");
    assertThat(stopped)
        .hasMessage(
            "the service fails: 4 requests in a row failed, and after each of 2 pauses of PT0.001S"
                + " another; the 1 answers given before stay valid, and a journal has kept them."
                + " The last failures: down 4 | down 5 | down 6");
    assertThat(number).as("4 in a row and one after each pause").hasValue(6);
    assertThatExceptionOfType(StoppedException.class)
        .isThrownBy(() -> ask(guard, failing()))
        .satisfies(again -> assertThat(again.reason()).isEqualTo(Reason.FAILING));
    assertThat(guard.counts().requests()).as("nothing more is sent").isEqualTo(7);
    assertThat(waits(Why.CIRCUIT)).isNotEmpty();
  }

  @Test
  void an_outage_that_ends_is_survived_and_what_is_tried_after_pauses_is_no_retry() {
    CallGuard guard =
        quick()
            .retries(QUICK.withRetries(3))
            .circuit(new CircuitRule(3, Duration.ofMillis(2), 10))
            .build();
    RetriableException[] outage = new RetriableException[9];
    java.util.Arrays.setAll(outage, i -> new RetriableException("down"));

    assertThat(ask(guard, failing(outage))).isEqualTo("A");
    assertThat(guard.counts()).isEqualTo(new CallCounts(10, 1, 9));
  }

  @Test
  void while_the_circuit_is_open_a_single_request_tries() throws Exception {
    CallGuard guard =
        quick()
            .retries(QUICK.withRetries(50))
            .circuit(new CircuitRule(4, Duration.ofMillis(30), 50))
            .build();
    AtomicInteger sent = new AtomicInteger();
    AtomicInteger now = new AtomicInteger();
    AtomicInteger mostWhileOpen = new AtomicInteger();
    Supplier<String> outage =
        () -> {
          int number = sent.incrementAndGet();
          int at = now.incrementAndGet();
          if (number > 12 && number <= 20) {
            mostWhileOpen.accumulateAndGet(at, Math::max);
          }
          try {
            Thread.sleep(2);
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
          now.decrementAndGet();
          if (number < 20) {
            throw new RetriableException("down");
          }
          return "A";
        };

    List<CompletableFuture<String>> calls = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      calls.add(CompletableFuture.supplyAsync(() -> ask(guard, outage), CallGuardTest::thread));
    }
    for (CompletableFuture<String> call : calls) {
      assertThat(call.get(20, TimeUnit.SECONDS)).isEqualTo("A");
    }

    assertThat(guard.counts()).isEqualTo(new CallCounts(27, 8, 19));
    assertThat(mostWhileOpen).as("8 were under way at the opening, then one at a time").hasValue(1);
    assertThat(waits(Why.CIRCUIT)).isNotEmpty();
  }

  @Test
  void cancelling_ends_waits_at_once_and_lets_what_is_under_way_finish() throws Exception {
    CallGuard guard =
        quick().retries(QUICK.withWaits(Duration.ofMinutes(5), Duration.ofMinutes(9))).build();
    CountDownLatch sent = new CountDownLatch(1);
    CountDownLatch cancelled = new CountDownLatch(1);
    CompletableFuture<String> underWay =
        CompletableFuture.supplyAsync(
            () ->
                ask(
                    guard,
                    () -> {
                      sent.countDown();
                      try {
                        assertThat(cancelled.await(20, TimeUnit.SECONDS)).isTrue();
                      } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                      }
                      return "paid for";
                    }),
            CallGuardTest::thread);
    CountDownLatch waiting = new CountDownLatch(1);
    CompletableFuture<String> waits =
        CompletableFuture.supplyAsync(
            () ->
                ask(
                    guard,
                    () -> {
                      waiting.countDown();
                      throw busy(null);
                    }),
            CallGuardTest::thread);
    assertThat(sent.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(waiting.await(20, TimeUnit.SECONDS)).isTrue();

    guard.cancel();
    cancelled.countDown();

    assertThat(underWay.get(20, TimeUnit.SECONDS)).isEqualTo("paid for");
    assertThatExceptionOfType(CompletionException.class)
        .isThrownBy(waits::join)
        .havingCause()
        .isInstanceOf(StoppedException.class)
        .withMessageStartingWith("cancelled; the ");
    assertThatExceptionOfType(StoppedException.class)
        .isThrownBy(() -> ask(guard, failing()))
        .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.CANCELLED));
    assertThat(guard.counts()).isEqualTo(new CallCounts(2, 1, 1));
  }

  @Test
  void an_interrupted_wait_ends_the_call() {
    CallGuard guard =
        quick().retries(QUICK.withWaits(Duration.ofMinutes(5), Duration.ofMinutes(9))).build();
    Thread.currentThread().interrupt();

    assertThatExceptionOfType(NonRetriableException.class)
        .isThrownBy(() -> ask(guard, failing(busy(null))))
        .withMessageContaining("interrupted while waiting");
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void the_budget_stops_before_it_is_exceeded() {
    PriceTable prices = PriceTable.of("USD", List.of(Price.of("m", "1000", "1000")));
    CostMeter meter = CostMeter.withBudget(prices, new BigDecimal("0.5"));
    CallGuard guard = quick().meter(meter).build();

    for (int i = 0; i < 4; i++) {
      ask(guard, failing(busy(null)));
    }
    StoppedException stopped =
        catchThrowableOfType(StoppedException.class, () -> ask(guard, failing()));

    assertThat(stopped.reason()).isEqualTo(Reason.BUDGET);
    assertThat(stopped)
        .hasMessageStartingWith(
            "the budget of 0.5 USD does not allow the next request (0.396000 spent, 0.000000 for"
                + " requests under way); the 4 answers");
    assertThat(meter.spent()).isEqualByComparingTo("0.396");
    assertThat(meter.reserved()).isEqualByComparingTo("0");
    assertThat(guard.needsEstimates()).isTrue();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> guard.requirePrice("other"))
        .withMessageContaining("model 'other' has no price; known are m");
  }

  @Test
  void a_lost_reply_stays_set_aside_because_it_may_be_charged() {
    PriceTable prices = PriceTable.of("USD", List.of(Price.of("m", "1000", "1000")));
    CostMeter meter = CostMeter.withBudget(prices, new BigDecimal("0.3"));
    CallGuard guard = quick().meter(meter).build();

    ask(guard, failing(new LostReplyException("timeout", null)));

    assertThat(meter.bill().lost()).isEqualTo(1);
    assertThat(meter.bill().uncertain()).isEqualByComparingTo("0.11");
    assertThat(meter.bill().total()).isEqualByComparingTo("0.099");
    assertThatExceptionOfType(StoppedException.class)
        .as("0.099 + 0.11 + 0.11 > 0.3")
        .isThrownBy(() -> ask(guard, failing()));
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
  void a_wait_for_the_limit_is_told_and_can_be_cancelled() throws Exception {
    CallGuard guard = CallGuard.builder().requestsPerMinute(1).listener(events::add).build();
    ask(guard, failing());
    CompletableFuture<String> second =
        CompletableFuture.supplyAsync(() -> ask(guard, failing()), CallGuardTest::thread);
    while (waits(Why.RATE).isEmpty()) {
      Thread.sleep(1);
    }

    guard.cancel();

    assertThatExceptionOfType(CompletionException.class)
        .isThrownBy(second::join)
        .havingCause()
        .isInstanceOf(StoppedException.class);
    assertThat(waits(Why.RATE).get(0)).isLessThanOrEqualTo(Duration.ofMinutes(1));
    assertThat(guard.counts().requests()).isEqualTo(1);
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

  private static void thread(Runnable task) {
    Thread thread = new Thread(task, "call-guard-test");
    thread.setDaemon(true);
    thread.start();
  }

  private List<Duration> waits(Why why) {
    return List.copyOf(events).stream()
        .filter(TeacherEvent.Waiting.class::isInstance)
        .map(TeacherEvent.Waiting.class::cast)
        .filter(event -> event.why() == why)
        .map(TeacherEvent.Waiting::time)
        .toList();
  }
}
