package dev.rpdr;

import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Where a model, an index or a score comes from: hashes of data, model and prompt, versions, seed.
 * Keys are lower-case and dotted ({@code data.sha256}, {@code seed}); order is the keys' own, so
 * that equal facts print equally.
 *
 * @param facts what is known, copied; neither keys nor values may be blank
 */
public record Provenance(SortedMap<String, String> facts) {
  private static final Provenance NONE = new Provenance(new TreeMap<>());

  public Provenance {
    SortedMap<String, String> copy = new TreeMap<>();
    facts.forEach((key, value) -> copy.put(notBlank(key, "key"), notBlank(value, key)));
    facts = Collections.unmodifiableSortedMap(copy);
  }

  /** Nothing is known. */
  public static Provenance none() {
    return NONE;
  }

  /** The facts of a map of any order. */
  public static Provenance of(Map<String, String> facts) {
    return new Provenance(new TreeMap<>(facts));
  }

  /** This provenance with one fact more; a fact of the same key is replaced. */
  public Provenance with(String key, Object value) {
    SortedMap<String, String> more = new TreeMap<>(facts);
    more.put(key, value.toString());
    return new Provenance(more);
  }

  /**
   * This provenance and all facts of another, each of whose keys gets {@code prefix + "."} in
   * front.
   */
  public Provenance with(String prefix, Provenance other) {
    SortedMap<String, String> more = new TreeMap<>(facts);
    other.facts.forEach((key, value) -> more.put(prefix + "." + key, value));
    return new Provenance(more);
  }

  private static String notBlank(String text, String name) {
    Objects.requireNonNull(text, name);
    if (text.isBlank()) {
      throw new IllegalArgumentException("provenance " + name + " must not be blank");
    }
    return text;
  }
}
