package dev.rpdr.distill;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What two spellings of one name have in common: its words, sorted, without case, accents,
 * punctuation, English function words and plural endings (the S-stemmer, Harman 1991), British
 * {@code ae} and {@code oe} as {@code e}. "Pain in lower limbs" and "Lower limb pain" have one key;
 * so have "Oesophageal ulcer" and "Ulcer, esophageal". A text in Chinese is one word.
 */
final class NameKey {
  private static final Pattern MARKS = Pattern.compile("\\p{M}+");
  private static final Pattern NO_WORD = Pattern.compile("[^\\p{L}\\p{N}]+");
  private static final Pattern BRITISH = Pattern.compile("[ao]e");
  private static final Set<String> FUNCTION_WORDS =
      Set.of("a", "an", "and", "by", "for", "in", "nos", "of", "on", "or", "the", "to", "with");

  /** Endings whose s is no plural. */
  private static final List<String> KEPT = List.of("ss", "us", "is");

  private NameKey() {}

  /** The key; empty where a name holds no word. */
  static String of(String name) {
    String plain = MARKS.matcher(Normalizer.normalize(name, Normalizer.Form.NFKD)).replaceAll("");
    String spelt = BRITISH.matcher(plain.toLowerCase(Locale.ROOT)).replaceAll("e");
    List<String> words = new ArrayList<>();
    for (String word : NO_WORD.split(spelt)) {
      if (!word.isEmpty() && !FUNCTION_WORDS.contains(word)) {
        words.add(singular(word));
      }
    }
    Collections.sort(words);
    return String.join(" ", words);
  }

  private static String singular(String word) {
    int length = word.length();
    if (length > 4 && word.endsWith("ies")) {
      return word.substring(0, length - 3) + "y";
    }
    boolean plural = length > 3 && word.endsWith("s") && KEPT.stream().noneMatch(word::endsWith);
    return plural ? word.substring(0, length - 1) : word;
  }
}
