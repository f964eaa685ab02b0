package dev.rpdr.nn.causal;

/** How a branch of a {@link TokenTree} is scored, to be ranked among its siblings. */
public enum BranchScore {
  /**
   * The logarithm of its probability. Of branches with one token each: their logits, but for a
   * constant.
   */
  SUM,
  /** The same over its number of tokens. */
  MEAN,
  /** A linear head on the last layer's output at its last token. */
  HEAD
}
