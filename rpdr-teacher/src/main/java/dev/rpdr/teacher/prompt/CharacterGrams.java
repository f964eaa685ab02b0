package dev.rpdr.teacher.prompt;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Texts as counts of their characters, pairs and triples of characters (NFKC, lower case, a space
 * at either end), found again by the cosine of these counts. Immutable and thread-safe.
 */
final class CharacterGrams {
  private static final int LONGEST = 3;

  private final List<Map<String, Integer>> texts;

  private CharacterGrams(List<Map<String, Integer>> texts) {
    this.texts = texts;
  }

  static CharacterGrams of(List<String> texts) {
    return new CharacterGrams(texts.stream().map(CharacterGrams::grams).toList());
  }

  /** The places of the {@code count} nearest texts, nearest first; ties in the order given. */
  List<Integer> best(String text, int count) {
    Map<String, Integer> grams = grams(text);
    List<Double> similarities = new ArrayList<>(texts.size());
    texts.forEach(other -> similarities.add(cosine(grams, other)));
    return NearestExamples.best(similarities, count);
  }

  private static double cosine(Map<String, Integer> one, Map<String, Integer> other) {
    Map<String, Integer> small = one.size() <= other.size() ? one : other;
    Map<String, Integer> large = small == one ? other : one;
    double common = 0;
    for (Map.Entry<String, Integer> entry : small.entrySet()) {
      common += (double) entry.getValue() * large.getOrDefault(entry.getKey(), 0);
    }
    return common / (norm(one) * norm(other));
  }

  private static double norm(Map<String, Integer> grams) {
    double squares = 0;
    for (int count : grams.values()) {
      squares += (double) count * count;
    }
    return Math.sqrt(squares);
  }

  private static Map<String, Integer> grams(String text) {
    String normal =
        " " + Normalizer.normalize(text, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT) + " ";
    Map<String, Integer> grams = new HashMap<>();
    for (int length = 1; length <= LONGEST; length++) {
      for (int from = 0; from + length <= normal.length(); from++) {
        grams.merge(normal.substring(from, from + length), 1, Integer::sum);
      }
    }
    return grams;
  }
}
