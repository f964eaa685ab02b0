package dev.rpdr.nn.train;

import java.util.Objects;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Low-rank adaptation (Hu et al., "LoRA: Low-Rank Adaptation of Large Language Models", 2021): a
 * chosen weight W [in, out] stays as it is, and A [in, rank] and B [rank, out] are trained beside
 * it, so that the layer computes {@code x·W + alpha/rank · dropout(x)·A·B}. B starts at zero, A
 * uniformly in ±1/√in. On writing, {@code W + alpha/rank · A·B} takes the place of W: the file is
 * as large and as fast as before.
 *
 * @param rank the inner dimension, 1 to 1024
 * @param alpha the scale's numerator, above 0
 * @param dropout the share of inputs of an adapter that is dropped in training, at least 0 and
 *     below 1
 * @param pattern a regular expression searched for in the names of weights, such as {@code
 *     query|value}; {@link TrainableGraph#matrixNames()} lists them
 */
public record LoraOptions(int rank, double alpha, double dropout, String pattern) {
  /** The attention's query and value projections, as in the paper: rank 8, alpha 16. */
  public static final LoraOptions QUERY_VALUE = new LoraOptions(8, 16, 0, "query|value");

  public LoraOptions {
    Objects.requireNonNull(pattern, "pattern");
    Limits.within("rank", rank, 1, 1024);
    Limits.positive("alpha", alpha);
    Limits.share("dropout", dropout);
    try {
      Pattern.compile(pattern);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException("pattern is not a regular expression: " + pattern, e);
    }
  }

  /** An adapter of this rank on all weights that match, with alpha twice the rank. */
  public static LoraOptions of(int rank, String pattern) {
    return new LoraOptions(rank, 2.0 * rank, 0, pattern);
  }

  /** The same with another dropout. */
  public LoraOptions withDropout(double dropout) {
    return new LoraOptions(rank, alpha, dropout, pattern);
  }

  /** The same with another alpha. */
  public LoraOptions withAlpha(double alpha) {
    return new LoraOptions(rank, alpha, dropout, pattern);
  }

  /** What the product of the two matrices is multiplied by: alpha over rank. */
  public double scale() {
    return alpha / rank;
  }
}
