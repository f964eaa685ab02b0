package dev.rpdr.distill.train;

import dev.rpdr.nn.TextPair;
import dev.rpdr.nn.TextTokenizer;
import dev.rpdr.nn.TokenSequence;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/**
 * The batches of one epoch. Lists are shuffled, then sorted by the length of their pairs within
 * windows of some batches: what stands in a batch is of similar length, so that little is padded,
 * and an epoch's order still is random.
 */
final class EpochBatches {
  /** Batches per window: more save more padding and shuffle less. */
  private static final int WINDOW = 16;

  private EpochBatches() {}

  /**
   * Makes batches.
   *
   * @param symmetric whether each pair comes in both orders
   */
  static List<ListBatch> shuffled(
      List<TrainingList> lists,
      TextTokenizer tokenizer,
      int batchLists,
      boolean symmetric,
      Random random) {
    List<Tokenised> tokenised = new ArrayList<>(tokenise(lists, tokenizer, symmetric));
    Collections.shuffle(tokenised, random);
    int window = Math.multiplyExact(batchLists, WINDOW);
    for (int from = 0; from < tokenised.size(); from += window) {
      tokenised
          .subList(from, Math.min(from + window, tokenised.size()))
          .sort(Comparator.comparingInt(Tokenised::longest));
    }
    List<ListBatch> batches = new ArrayList<>(cut(tokenised, batchLists));
    Collections.shuffle(batches, random);
    return batches;
  }

  /** Makes batches of lists of similar length, for scoring; the order of lists is not kept. */
  static List<ListBatch> sorted(
      List<TrainingList> lists, TextTokenizer tokenizer, int batchLists, boolean symmetric) {
    List<Tokenised> tokenised = new ArrayList<>(tokenise(lists, tokenizer, symmetric));
    tokenised.sort(Comparator.comparingInt(Tokenised::longest));
    return cut(tokenised, batchLists);
  }

  private static List<Tokenised> tokenise(
      List<TrainingList> lists, TextTokenizer tokenizer, boolean symmetric) {
    List<TextPair> pairs = new ArrayList<>();
    for (TrainingList list : lists) {
      pairs.addAll(list.pairs());
      if (symmetric) {
        pairs.addAll(list.swappedPairs());
      }
    }
    List<TokenSequence> sequences = tokenizer.encodePairs(pairs);
    List<Tokenised> tokenised = new ArrayList<>(lists.size());
    int from = 0;
    for (TrainingList list : lists) {
      int to = from + list.names().size() * (symmetric ? 2 : 1);
      tokenised.add(new Tokenised(list, sequences.subList(from, to)));
      from = to;
    }
    return tokenised;
  }

  private static List<ListBatch> cut(List<Tokenised> tokenised, int batchLists) {
    List<ListBatch> batches = new ArrayList<>();
    for (int from = 0; from < tokenised.size(); from += batchLists) {
      List<Tokenised> part = tokenised.subList(from, Math.min(from + batchLists, tokenised.size()));
      List<TokenSequence> sequences =
          part.stream().flatMap(list -> list.sequences().stream()).toList();
      ListTargets targets = ListTargets.ofLists(part.stream().map(Tokenised::list).toList());
      batches.add(new ListBatch(sequences, targets));
    }
    return batches;
  }

  /** A list and the tokens of its pairs (all in one order, then all in the other). */
  private record Tokenised(TrainingList list, List<TokenSequence> sequences) {
    int longest() {
      return sequences.stream().mapToInt(TokenSequence::length).max().orElse(0);
    }
  }
}
