package dev.rpdr.cli.experiment;

import dev.rpdr.nn.train.LoraOptions;
import org.jspecify.annotations.Nullable;

/**
 * A low-rank adapter in place of training all weights; see {@link LoraOptions}.
 *
 * @param alpha twice the rank where only that is given
 * @param targets a regular expression searched for in the names of weights
 */
record LoraConfig(
    @Nullable Integer rank,
    @Nullable Double alpha,
    @Nullable Double dropout,
    @Nullable String targets) {
  /** These keys, and the others as they are in {@code defaults}. */
  LoraOptions over(LoraOptions defaults) {
    double scale = rank == null ? defaults.alpha() : 2.0 * rank;
    return new LoraOptions(
        rank == null ? defaults.rank() : rank,
        alpha == null ? scale : alpha,
        dropout == null ? defaults.dropout() : dropout,
        targets == null ? defaults.pattern() : targets);
  }
}
