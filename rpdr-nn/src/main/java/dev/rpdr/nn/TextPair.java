package dev.rpdr.nn;

import java.util.Objects;

/**
 * Two texts that a model reads together.
 *
 * @param first the first text, such as a mention
 * @param second the second text, such as a candidate's name
 */
public record TextPair(String first, String second) {
  public TextPair {
    Objects.requireNonNull(first, "first");
    Objects.requireNonNull(second, "second");
  }
}
