package dev.rpdr.teacher.cost;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a run is expected to cost, before it.
 *
 * @param model the model that is to be asked
 * @param requests how many requests will be sent
 * @param inputTokens tokens of their prompts
 * @param outputTokens tokens of their answers
 * @param counter how tokens were counted, see {@link TokenCounter#name()}
 * @param currency of the cost
 * @param cost what they are expected to cost, or null where the model has no price
 */
public record Estimate(
    String model,
    long requests,
    long inputTokens,
    long outputTokens,
    String counter,
    String currency,
    @Nullable BigDecimal cost) {
  public Estimate {
    Objects.requireNonNull(model, "model");
    Objects.requireNonNull(counter, "counter");
    Objects.requireNonNull(currency, "currency");
    if (requests < 0 || inputTokens < 0 || outputTokens < 0) {
      throw new IllegalArgumentException(
          "counts of an estimate must be >= 0, not "
              + requests
              + ", "
              + inputTokens
              + " and "
              + outputTokens);
    }
  }

  /** One line of text. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s: %d requests, about %d + %d tokens (%s), %s",
        model,
        requests,
        inputTokens,
        outputTokens,
        counter,
        cost == null
            ? "no price"
            : "about " + cost.setScale(4, RoundingMode.HALF_UP).toPlainString() + " " + currency);
  }
}
