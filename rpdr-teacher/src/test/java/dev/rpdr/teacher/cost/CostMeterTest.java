package dev.rpdr.teacher.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.rpdr.CandidateList;
import dev.rpdr.Entity;
import dev.rpdr.Mention;
import dev.rpdr.Ranking;
import dev.rpdr.TeacherAnswer;
import dev.rpdr.TeacherAnswer.Usage;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CostMeterTest {
  private static final Price PRICE =
      new Price(
          "gpt",
          new BigDecimal("2.50"),
          new BigDecimal("10"),
          new BigDecimal("1.25"),
          new BigDecimal("5"),
          "https://example.org/prices",
          LocalDate.of(2026, 5, 1));
  private static final PriceTable PRICES = PriceTable.of("USD", List.of(PRICE));

  private static TeacherAnswer answer(String snapshot, Usage usage) {
    CandidateList request =
        CandidateList.of(Mention.of("heart attack"), List.of(Entity.of("1", "Angina")));
    return new TeacherAnswer(Ranking.asRetrieved(request), "A", snapshot, usage);
  }

  @Test
  void the_bill_is_exact_by_the_model_that_answered() {
    Price snapshot = Price.of("gpt-0806", "3", "12");
    CostMeter meter = CostMeter.of(PRICES.with(snapshot));

    meter.count("gpt", answer("gpt-0806", new Usage(333, 7)));
    meter.count("gpt", answer("gpt-0999", new Usage(1, 1)));
    meter.count("llama", answer("llama", new Usage(500, 50)));
    Bill bill = meter.bill();

    assertThat(bill.lines())
        .containsExactly(
            new Bill.Line("gpt-0806", 1, 1, 333, 7, new BigDecimal("0.001083"), snapshot.date()),
            new Bill.Line("gpt-0999", 1, 1, 1, 1, new BigDecimal("0.00001250"), PRICE.date()),
            new Bill.Line("llama", 1, 1, 500, 50, null, null));
    assertThat(bill.total()).isEqualByComparingTo("0.0010955");
    assertThat(bill.complete()).isFalse();
    assertThat(bill.toString())
        .contains("llama: 1 requests, 1 mentions, 500 + 50 tokens, no price")
        .contains(
            "gpt-0999: 1 requests, 1 mentions, 1 + 1 tokens, 0.0000 USD (price of 2026-05-01)")
        .endsWith(
            "total 0.0011 USD without the models that have no price; 0.0003652 USD a mention,"
                + " 0.3652 USD per 1,000");
  }

  @Test
  void several_mentions_of_one_request_share_its_price() {
    CostMeter meter = CostMeter.of(PRICES);

    Objects.requireNonNull(meter.reserve("gpt", new Usage(1000, 100)))
        .answered(null, new Usage(1000, 100), 8);

    assertThat(meter.bill().requests()).isEqualTo(1);
    assertThat(meter.bill().mentions()).isEqualTo(8);
    assertThat(meter.bill().total()).isEqualByComparingTo("0.0035");
    assertThat(meter.bill().perMention()).isEqualByComparingTo("0.0004375");
    assertThat(meter.bill().perThousand()).isEqualByComparingTo("0.4375");
  }

  @Test
  void a_batch_costs_its_own_price() {
    CostMeter meter = CostMeter.of(PRICES.with(Price.of("plain", "1", "1")));

    meter.countBatch("gpt", answer("gpt", new Usage(1_000_000, 0)));
    meter.countBatch("plain", answer("plain", new Usage(1_000_000, 0)));

    assertThat(meter.bill().lines())
        .extracting(Bill.Line::model)
        .containsExactly("gpt (batch)", "plain (batch)");
    assertThat(meter.spent()).isEqualByComparingTo("2.25");
  }

  @Test
  void the_budget_counts_what_is_under_way_and_is_never_exceeded_among_threads() throws Exception {
    CostMeter meter = CostMeter.withBudget(PRICES, new BigDecimal("1"));
    Usage each = new Usage(1000, 750); // 0.01
    AtomicInteger allowed = new AtomicInteger();
    ExecutorService pool = Executors.newFixedThreadPool(8);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        int number = i;
        all.add(
            pool.submit(
                () -> {
                  CostMeter.Reservation money = meter.reserve("gpt", each);
                  if (money == null) {
                    return;
                  }
                  if (number % 3 == 0) {
                    money.refused();
                  } else {
                    money.answered("gpt", each, 1);
                    allowed.incrementAndGet();
                  }
                }));
      }
      for (Future<?> one : all) {
        one.get();
      }
    } finally {
      pool.shutdownNow();
    }

    // What is under way counts until it is refused, so the last requests may have found the budget
    // taken by ones that cost nothing in the end: what those gave back can be spent, and no more.
    assertThat(allowed).hasValueBetween(100 - 7, 100);
    assertThat(meter.reserved()).isEqualByComparingTo("0");
    assertThat(meter.spent()).isEqualByComparingTo(BigDecimal.valueOf(allowed.get(), 2));
    for (int i = allowed.get(); i < 100; i++) {
      Objects.requireNonNull(meter.reserve("gpt", each)).answered("gpt", each, 1);
    }
    assertThat(meter.spent()).isEqualByComparingTo("1");
    assertThat(meter.reserve("gpt", new Usage(1, 0))).isNull();
  }

  @Test
  void a_reservation_that_has_ended_does_nothing_more() {
    CostMeter meter = CostMeter.of(PRICES);
    Usage each = new Usage(1000, 750); // 0.01
    CostMeter.Reservation answered = Objects.requireNonNull(meter.reserve("gpt", each));
    CostMeter.Reservation lost = Objects.requireNonNull(meter.reserve("gpt", each));
    CostMeter.Reservation refused = Objects.requireNonNull(meter.reserve("gpt", each));
    answered.answered("gpt", each, 1);
    lost.lost();
    refused.refused();
    String bill = meter.bill().toString();

    for (CostMeter.Reservation money : List.of(answered, lost, refused)) {
      assertThat(money.answered("gpt", each, 1)).isEqualByComparingTo("0");
      money.lost();
      money.refused();
    }

    assertThat(meter.bill()).hasToString(bill);
    assertThat(meter.spent()).isEqualByComparingTo("0.01");
    assertThat(meter.reserved()).isEqualByComparingTo("0");
  }

  @Test
  void an_answer_of_unknown_usage_counts_as_its_estimate() {
    CostMeter meter = CostMeter.of(PRICES);

    BigDecimal cost =
        Objects.requireNonNull(meter.reserve("gpt", new Usage(400, 0))).answered("gpt", null, 1);

    assertThat(cost).isEqualByComparingTo("0.001");
    assertThat(meter.bill().inputTokens()).isEqualTo(400);
  }

  @Test
  void bad_budgets_and_models_without_a_price_are_refused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CostMeter.withBudget(PRICES, BigDecimal.ZERO))
        .withMessage("budget must be > 0, not 0");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> CostMeter.withBudget(PRICES, BigDecimal.ONE).reserve("llama", new Usage(1, 1)))
        .withMessageContaining("model 'llama' has no price; known are gpt");
    assertThat(CostMeter.of(PRICES).reserve("llama", new Usage(1, 1))).isNotNull();
  }

  @Test
  void an_empty_bill_says_nothing_was_spent() {
    assertThat(CostMeter.of(PRICES).bill())
        .hasToString("total 0.0000 USD; 0.0000000 USD a mention, 0.0000 USD per 1,000");
  }
}
