package dev.rpdr.distill.train;

import dev.rpdr.nn.TextPair;
import dev.rpdr.nn.TextTokenizer;
import dev.rpdr.nn.TokenSequence;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Reads a list as one pair a candidate; where it is symmetric, all pairs once more the other way
 * round.
 *
 * @param symmetric whether each pair comes in both orders
 */
record PairReader(TextTokenizer tokenizer, boolean symmetric)
    implements ListReader<List<TokenSequence>> {
  @Override
  public List<List<TokenSequence>> read(List<TrainingList> lists, Random random) {
    List<TextPair> pairs = new ArrayList<>();
    for (TrainingList list : lists) {
      pairs.addAll(list.pairs());
      if (symmetric) {
        pairs.addAll(list.swappedPairs());
      }
    }
    List<TokenSequence> sequences = tokenizer.encodePairs(pairs);
    List<List<TokenSequence>> read = new ArrayList<>(lists.size());
    int from = 0;
    for (TrainingList list : lists) {
      int to = from + list.names().size() * (symmetric ? 2 : 1);
      read.add(sequences.subList(from, to));
      from = to;
    }
    return read;
  }

  @Override
  public int length(List<TokenSequence> input) {
    return input.stream().mapToInt(TokenSequence::length).max().orElse(0);
  }
}
