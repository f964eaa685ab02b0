package dev.rpdr.teacher.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.rpdr.NonRetriableException;
import dev.rpdr.RetriableException;
import dev.rpdr.teacher.call.StoppedException.Reason;
import dev.rpdr.teacher.call.TeacherEvent.Waiting.Why;
import dev.rpdr.teacher.cost.CostMeter;
import dev.rpdr.teacher.cost.Price;
import dev.rpdr.teacher.cost.PriceTable;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What ends a run, a call or a wait: a service that fails, a budget, being told to. */
class CallGuardStopTest extends CallGuardFixture {
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
            .circuit(new CircuitRule(4, Duration.ofMillis(100), 50))
            .build();
    AtomicInteger sent = new AtomicInteger();
    AtomicInteger now = new AtomicInteger();
    AtomicInteger mostWhileOpen = new AtomicInteger();
    Supplier<String> outage =
        () -> {
          int number = sent.incrementAndGet();
          int at = number > 12 ? now.incrementAndGet() : 0;
          if (number <= 20) {
            mostWhileOpen.accumulateAndGet(at, Math::max);
          }
          try {
            Thread.sleep(2);
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
          if (number > 12) {
            now.decrementAndGet();
          }
          if (number < 20) {
            throw new RetriableException("down");
          }
          return "A";
        };

    List<CompletableFuture<String>> calls = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      calls.add(CompletableFuture.supplyAsync(() -> ask(guard, outage), CallGuardFixture::thread));
    }
    for (CompletableFuture<String> call : calls) {
      assertThat(call.get(60, TimeUnit.SECONDS)).isEqualTo("A");
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
                        assertThat(cancelled.await(60, TimeUnit.SECONDS)).isTrue();
                      } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                      }
                      return "paid for";
                    }),
            CallGuardFixture::thread);
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
            CallGuardFixture::thread);
    assertThat(sent.await(60, TimeUnit.SECONDS)).isTrue();
    assertThat(waiting.await(60, TimeUnit.SECONDS)).isTrue();

    guard.cancel();
    cancelled.countDown();

    assertThat(underWay.get(60, TimeUnit.SECONDS)).isEqualTo("paid for");
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
  void a_wait_for_the_limit_is_told_and_can_be_cancelled() throws Exception {
    CallGuard guard = CallGuard.builder().requestsPerMinute(1).listener(events::add).build();
    ask(guard, failing());
    CompletableFuture<String> second =
        CompletableFuture.supplyAsync(() -> ask(guard, failing()), CallGuardFixture::thread);
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
}
