package dev.rpdr.distill.train;

import dev.rpdr.nn.TextPair;
import java.util.List;

/**
 * A mention with some of its candidates in the teacher's order.
 *
 * @param mention the mention's text
 * @param names the candidates' preferred names, best first, no two equal
 * @param places the teacher's place of each, 0 being the best; equal where it did not tell; not to
 *     be changed
 */
@SuppressWarnings("ArrayRecordComponent")
record TrainingList(String mention, List<String> names, int[] places) {
  /** What a cross-encoder reads: one pair a candidate. */
  List<TextPair> pairs() {
    return names.stream().map(name -> new TextPair(mention, name)).toList();
  }

  /** The same pairs, name first. */
  List<TextPair> swappedPairs() {
    return names.stream().map(name -> new TextPair(name, mention)).toList();
  }
}
