package dev.rpdr.nn;

import java.util.List;
import java.util.Objects;

/**
 * A text and some of its others as one sequence of tokens.
 *
 * @param tokens the tokens
 * @param spans where each of the others stands, copied
 */
public record ListSequence(TokenSequence tokens, List<Span> spans) {
  public ListSequence {
    Objects.requireNonNull(tokens, "tokens");
    spans = List.copyOf(spans);
    for (Span span : spans) {
      if (span.to() > tokens.length()) {
        throw new IllegalArgumentException(
            span + " ends after the " + tokens.length() + " tokens of its sequence");
      }
    }
  }

  /**
   * The tokens of one of the others.
   *
   * @param other its place in the {@link TextList}, from 0
   * @param from its first token, ≥ 0
   * @param to the token after its last, &gt; from
   */
  public record Span(int other, int from, int to) {
    public Span {
      if (other < 0 || from < 0 || to <= from) {
        throw new IllegalArgumentException(
            "a span needs other >= 0 and 0 <= from < to, not " + other + ", " + from + ", " + to);
      }
    }

    /** How many tokens there are, at least 1. */
    public int length() {
      return to - from;
    }
  }
}
