package dev.rpdr.teacher.cost;

import dev.rpdr.TeacherAnswer.Usage;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a model's tokens cost, in the currency of its {@link PriceTable}.
 *
 * @param model the model's exact name, as it is asked for or as it says it answered
 * @param input of 1,000,000 tokens of the prompt, ≥ 0
 * @param output of 1,000,000 tokens of the answer, ≥ 0
 * @param batchInput the same by the batch API, or null where the model has no such price
 * @param batchOutput the same by the batch API, or null where the model has no such price
 * @param source where the price was read, usually an address
 * @param date the day for which the source is known to have said so
 */
public record Price(
    String model,
    BigDecimal input,
    BigDecimal output,
    @Nullable BigDecimal batchInput,
    @Nullable BigDecimal batchOutput,
    String source,
    LocalDate date) {
  private static final int MILLION = 6;

  public Price {
    requireText(model, "model");
    requireText(source, "source");
    Objects.requireNonNull(date, "date");
    requireAmount(input, "input", model);
    requireAmount(output, "output", model);
    if ((batchInput == null) != (batchOutput == null)) {
      throw new IllegalArgumentException(
          "the price of '" + model + "' needs both batch-input and batch-output or neither");
    }
    if (batchInput != null && batchOutput != null) {
      requireAmount(batchInput, "batch-input", model);
      requireAmount(batchOutput, "batch-output", model);
    }
  }

  /** A price without a batch price, of today, stated by the caller. */
  public static Price of(String model, String input, String output) {
    return new Price(
        model,
        new BigDecimal(input),
        new BigDecimal(output),
        null,
        null,
        "stated by the caller",
        LocalDate.now());
  }

  /** The price of a model that runs on the caller's own machines: nothing a token. */
  public static Price free(String model) {
    return of(model, "0", "0");
  }

  /** What these tokens cost, exactly. */
  public BigDecimal of(Usage usage) {
    return cost(usage, input, output);
  }

  /** What these tokens cost by the batch API; by the plain price where there is no other. */
  public BigDecimal ofBatch(Usage usage) {
    return batchInput == null || batchOutput == null
        ? of(usage)
        : cost(usage, batchInput, batchOutput);
  }

  private static BigDecimal cost(Usage usage, BigDecimal input, BigDecimal output) {
    return input
        .multiply(BigDecimal.valueOf(usage.inputTokens()))
        .add(output.multiply(BigDecimal.valueOf(usage.outputTokens())))
        .movePointLeft(MILLION);
  }

  private static void requireText(String text, String name) {
    if (Objects.requireNonNull(text, name).isBlank()) {
      throw new IllegalArgumentException(name + " of a price must not be blank");
    }
  }

  private static void requireAmount(BigDecimal amount, String name, String model) {
    if (Objects.requireNonNull(amount, name).signum() < 0) {
      throw new IllegalArgumentException(
          name + " of the price of '" + model + "' must be >= 0, not " + amount);
    }
  }
}
