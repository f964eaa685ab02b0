package dev.rpdr.nn;

import java.util.List;
import java.util.Objects;

/**
 * A text and several others that are read together with it.
 *
 * @param text what the others are read for, such as a mention
 * @param others the others, such as the names of its candidates, copied; their order is the order
 *     in which they are read
 */
public record TextList(String text, List<String> others) {
  public TextList {
    Objects.requireNonNull(text, "text");
    others = List.copyOf(others);
  }
}
