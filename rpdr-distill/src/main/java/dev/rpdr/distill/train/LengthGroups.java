package dev.rpdr.distill.train;

import dev.rpdr.nn.TokenSequence;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The sequences of a batch, parted by length, so that each part is padded to its own longest only.
 *
 * @param parts the sequences, shorter ones first
 * @param rows for each sequence of the batch its row among all parts, one after the other; not to
 *     be changed
 */
@SuppressWarnings("ArrayRecordComponent")
record LengthGroups(List<List<TokenSequence>> parts, long[] rows) {
  /** Parts sequences into at most {@code count} parts of equal size, give or take one. */
  static LengthGroups of(List<TokenSequence> sequences, int count) {
    List<Integer> order =
        IntStream.range(0, sequences.size())
            .boxed()
            .sorted(Comparator.comparingInt(i -> sequences.get(i).length()))
            .toList();
    int parts = Math.min(count, sequences.size());
    List<List<TokenSequence>> groups = new ArrayList<>();
    for (int part = 0; part < parts; part++) {
      int from = part * sequences.size() / parts;
      int to = (part + 1) * sequences.size() / parts;
      groups.add(order.subList(from, to).stream().map(sequences::get).toList());
    }
    long[] rows = new long[sequences.size()];
    for (int row = 0; row < rows.length; row++) {
      rows[order.get(row)] = row;
    }
    return new LengthGroups(groups, rows);
  }
}
