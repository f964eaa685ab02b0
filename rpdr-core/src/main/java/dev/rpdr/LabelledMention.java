package dev.rpdr;

import java.util.Objects;

/**
 * A mention and what it really means.
 *
 * @param mention the mention
 * @param gold its entity or entities
 */
public record LabelledMention(Mention mention, Gold gold) {
  public LabelledMention {
    Objects.requireNonNull(mention, "mention");
    Objects.requireNonNull(gold, "gold");
  }

  /** A mention with a single gold id. */
  public static LabelledMention of(String text, String goldId) {
    return new LabelledMention(Mention.of(text), Gold.of(goldId));
  }
}
