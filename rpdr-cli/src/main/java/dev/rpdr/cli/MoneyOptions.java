package dev.rpdr.cli;

import dev.rpdr.teacher.call.CallGuard;
import dev.rpdr.teacher.call.RetryRule;
import dev.rpdr.teacher.call.TeacherListener;
import dev.rpdr.teacher.cost.CostMeter;
import dev.rpdr.teacher.cost.Price;
import dev.rpdr.teacher.cost.PriceTable;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What may be spent, and how fast. */
final class MoneyOptions {
  private static final int SECOND = 1000;

  @Option(
      names = "--budget",
      paramLabel = "AMOUNT",
      description =
          "stop before more than this is spent, answers of earlier runs in the journal included; in the currency of the prices")
  private @Nullable BigDecimal budget;

  @Option(
      names = "--prices",
      paramLabel = "FILE",
      description = "a price table (YAML) whose prices count before those that come along")
  private @Nullable Path prices;

  @Option(
      names = "--price",
      paramLabel = "IN,OUT",
      split = ",",
      description = "the price of a million tokens of the model's prompts and answers")
  private List<BigDecimal> price = List.of();

  @Option(
      names = "--requests-per-minute",
      paramLabel = "N",
      description = "the most requests a minute (default: no limit)")
  private @Nullable Integer requestsPerMinute;

  @Option(
      names = "--tokens-per-minute",
      paramLabel = "N",
      description = "the most tokens a minute (default: no limit)")
  private @Nullable Integer tokensPerMinute;

  @Option(
      names = "--retries",
      paramLabel = "N",
      description = "how often a failed request is tried again (default: 8)")
  private @Nullable Integer retries;

  @Option(
      names = "--retry-wait",
      paramLabel = "SECONDS",
      description = "the wait before the first of them; it doubles up to a minute (default: 1)")
  private @Nullable Double retryWait;

  /** A meter by the shipped prices and those given; a local model without a price is free. */
  CostMeter meter(String model, boolean local) {
    PriceTable table = PriceTable.shipped();
    if (prices != null) {
      table = table.overriddenBy(PriceTable.load(prices));
    }
    if (!price.isEmpty()) {
      if (price.size() != 2) {
        throw new IllegalArgumentException(
            "--price needs two amounts, of prompts and of answers, not " + price);
      }
      // alone, so that it holds whatever snapshot of the model answers
      table =
          PriceTable.of(
              table.currency(),
              List.of(Price.of(model, price.get(0).toString(), price.get(1).toString())));
    } else if (local && table.find(model).isEmpty()) {
      table = table.with(Price.free(model));
    }
    if (budget != null && budget.signum() <= 0) {
      throw new IllegalArgumentException("--budget must be > 0, not " + budget);
    }
    return budget == null ? CostMeter.of(table) : CostMeter.withBudget(table, budget);
  }

  CallGuard guard(CostMeter meter, TeacherListener listener) {
    CallGuard.Builder guard = CallGuard.builder().meter(meter).listener(listener).retries(rule());
    if (requestsPerMinute != null) {
      guard.requestsPerMinute(requestsPerMinute);
    }
    if (tokensPerMinute != null) {
      guard.tokensPerMinute(tokensPerMinute);
    }
    return guard.build();
  }

  private RetryRule rule() {
    RetryRule rule = RetryRule.DEFAULT;
    if (retries != null) {
      rule = rule.withRetries(retries);
    }
    if (retryWait != null) {
      Duration first = Duration.ofMillis(Math.round(retryWait * SECOND));
      Duration longest = first.compareTo(rule.longest()) > 0 ? first : rule.longest();
      rule = rule.withWaits(first, longest);
    }
    return rule;
  }
}
