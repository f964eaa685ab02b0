package dev.rpdr.cli.teach;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rpdr.Outcome;
import dev.rpdr.TeacherAnswer.Usage;
import dev.rpdr.teacher.call.Call;
import dev.rpdr.teacher.call.Spend;
import dev.rpdr.teacher.call.TeacherEvent;
import dev.rpdr.teacher.cost.CostMeter;
import dev.rpdr.teacher.cost.Price;
import dev.rpdr.teacher.cost.PriceTable;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class PaidProgressTest {
  private final List<String> shown = new ArrayList<>();
  private long nanos;

  private PaidProgress progress(CostMeter meter) {
    return PaidProgress.ofRankings(
        (stage, done, total, message) -> shown.add(done + "/" + total + " " + message),
        meter,
        () -> nanos);
  }

  @Test
  void rate_spend_time_left_and_failures_are_told() {
    PriceTable prices = PriceTable.of("USD", List.of(Price.of("m", "1000", "1000")));
    CostMeter meter = CostMeter.withBudget(prices, new BigDecimal("5.00"));
    PaidProgress progress = progress(meter);
    Call call = new Call("heart attack", "m", 1, new Usage(100, 10));

    progress.begin(1_000, 400);
    nanos = Duration.ofSeconds(2).toNanos();
    Objects.requireNonNull(meter.reserve("m", new Usage(100, 10)))
        .answered("m", new Usage(100, 10), 1);
    progress.on(new TeacherEvent.Sent(call, 1));
    progress.on(new TeacherEvent.Failed(call, "http-429", true, Duration.ZERO));
    progress.on(new TeacherEvent.Ranked("m", Outcome.ANSWERED));

    assertThat(shown)
        .containsExactly(
            "400/1000 0.0/s, 0.0000 of 5.00 USD",
            "400/1000 0.0/s, 0.1100 of 5.00 USD, 1 requests failed",
            "401/1000 0.5/s, 0.1100 of 5.00 USD, 19 min 58 s left, 1 requests failed");
  }

  @Test
  void without_a_budget_only_the_spend_is_told() {
    PaidProgress progress = progress(CostMeter.of(PriceTable.of("EUR", List.of())));

    progress.begin(1, 0);
    nanos = Duration.ofMillis(500).toNanos();
    progress.on(new TeacherEvent.Ranked("m", Outcome.ANSWERED));

    assertThat(shown).containsExactly("0/1 0.0/s, 0.0000 EUR", "1/1 2.0/s, 0.0000 EUR");
  }

  @Test
  void writing_counts_the_entities_of_answered_requests() {
    PaidProgress progress =
        PaidProgress.ofWriting(
            (stage, done, total, message) -> shown.add(stage + " " + done + "/" + total),
            CostMeter.of(PriceTable.of("EUR", List.of())));
    Call call = new Call("Nausea", "m", 20, new Usage(100, 10));

    progress.begin(1_036, 100);
    progress.on(new TeacherEvent.Sent(call, 1));
    progress.on(new TeacherEvent.Answered(call, new Spend("m", null), null, Duration.ZERO));

    assertThat(shown).containsExactly("write 100/1036", "write 120/1036");
  }
}
