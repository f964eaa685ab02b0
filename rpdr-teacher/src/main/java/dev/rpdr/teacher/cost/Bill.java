package dev.rpdr.teacher.cost;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What was spent.
 *
 * @param currency of all amounts
 * @param lines one for each model that answered, by name; copied
 * @param lost how many requests got no answer that could be read, though they may be charged
 * @param uncertain what those were estimated to cost, which is no part of the total
 */
public record Bill(String currency, List<Line> lines, long lost, BigDecimal uncertain) {
  private static final int DIGITS = 10;

  public Bill {
    Objects.requireNonNull(currency, "currency");
    Objects.requireNonNull(uncertain, "uncertain");
    lines = List.copyOf(lines);
  }

  /**
   * What one model cost.
   *
   * @param model the model that answered
   * @param requests how many requests it answered
   * @param mentions how many mentions it answered, which is more where several shared a prompt
   * @param inputTokens tokens of the prompts
   * @param outputTokens tokens of the answers
   * @param cost what they cost, or null where the model has no price
   * @param priced the date of the price, or null where it has none
   */
  public record Line(
      String model,
      long requests,
      long mentions,
      long inputTokens,
      long outputTokens,
      @Nullable BigDecimal cost,
      @Nullable LocalDate priced) {
    public Line {
      Objects.requireNonNull(model, "model");
    }
  }

  /** The sum of all lines that have a price. */
  public BigDecimal total() {
    return lines.stream()
        .map(Line::cost)
        .filter(Objects::nonNull)
        .reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  /** Whether every model that answered has a price. */
  public boolean complete() {
    return lines.stream().allMatch(line -> line.cost() != null);
  }

  /** How many requests were answered. */
  public long requests() {
    return lines.stream().mapToLong(Line::requests).sum();
  }

  /** How many mentions were answered. */
  public long mentions() {
    return lines.stream().mapToLong(Line::mentions).sum();
  }

  /** Tokens of all prompts. */
  public long inputTokens() {
    return lines.stream().mapToLong(Line::inputTokens).sum();
  }

  /** Tokens of all answers. */
  public long outputTokens() {
    return lines.stream().mapToLong(Line::outputTokens).sum();
  }

  /** The total by the number of mentions, to ten digits; 0 where there are none. */
  public BigDecimal perMention() {
    return mentions() == 0
        ? BigDecimal.ZERO
        : total().divide(BigDecimal.valueOf(mentions()), DIGITS, RoundingMode.HALF_UP);
  }

  /** What 1,000 mentions cost. */
  public BigDecimal perThousand() {
    return perMention().movePointRight(3);
  }

  /** The bill as a few lines of text. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (Line line : lines) {
      text.append(
          String.format(
              Locale.ROOT,
              "%s: %d requests, %d mentions, %d + %d tokens, %s%n",
              line.model(),
              line.requests(),
              line.mentions(),
              line.inputTokens(),
              line.outputTokens(),
              line.cost() == null
                  ? "no price"
                  : amount(line.cost(), 4) + " (price of " + line.priced() + ")"));
    }
    text.append(
        String.format(
            Locale.ROOT,
            "total %s%s; %s a mention, %s per 1,000",
            amount(total(), 4),
            complete() ? "" : " without the models that have no price",
            amount(perMention(), 7),
            amount(perThousand(), 4)));
    if (lost > 0) {
      text.append(
          String.format(
              Locale.ROOT,
              "; at most about %s more if %d lost answers are charged",
              amount(uncertain, 4),
              lost));
    }
    return text.toString();
  }

  private String amount(BigDecimal value, int digits) {
    return value.setScale(digits, RoundingMode.HALF_UP).toPlainString() + " " + currency;
  }
}
