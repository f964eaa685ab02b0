package dev.rpdr.eval;

import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Texts of training mentions; compared ignoring case and surrounding white space. */
record SeenTexts(Set<String> keys) {
  static SeenTexts of(Collection<String> texts) {
    return new SeenTexts(
        texts.stream().map(SeenTexts::key).collect(Collectors.toUnmodifiableSet()));
  }

  boolean contains(String text) {
    return keys.contains(key(text));
  }

  /** What texts are compared by. */
  static String key(String text) {
    return text.strip().toLowerCase(Locale.ROOT);
  }
}
