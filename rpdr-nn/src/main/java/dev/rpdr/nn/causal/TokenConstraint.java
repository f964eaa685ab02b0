package dev.rpdr.nn.causal;

/**
 * Which tokens may come next while an answer is generated. Stateful: one object serves one
 * generation. Not thread-safe.
 */
public interface TokenConstraint {
  /**
   * The tokens that may come next; none where the answer is complete. With one the model is not
   * asked.
   */
  Tokens allowed();

  /** Tells which of them came. */
  void accept(int token);
}
