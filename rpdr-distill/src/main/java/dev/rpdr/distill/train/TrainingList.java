package dev.rpdr.distill.train;

import dev.rpdr.nn.TextPair;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A mention with some of its candidates in the teacher's order.
 *
 * @param mention the mention's text
 * @param names the candidates' preferred names, best first, no two equal
 * @param places the teacher's place of each, 0 being the best; equal where it did not tell; not to
 *     be changed
 * @param weight what its loss is multiplied by, 0 &lt; weight ≤ 1
 * @param probabilities of each candidate, their sum 1, or null where only the order is known; not
 *     to be changed
 */
@SuppressWarnings("ArrayRecordComponent")
record TrainingList(
    String mention,
    List<String> names,
    int[] places,
    double weight,
    double @Nullable [] probabilities) {
  /** A list of which the order is known and that counts fully. */
  TrainingList(String mention, List<String> names, int[] places) {
    this(mention, names, places, 1, null);
  }

  /** What a cross-encoder reads: one pair a candidate. */
  List<TextPair> pairs() {
    return names.stream().map(name -> new TextPair(mention, name)).toList();
  }

  /** The same pairs, name first. */
  List<TextPair> swappedPairs() {
    return names.stream().map(name -> new TextPair(name, mention)).toList();
  }
}
