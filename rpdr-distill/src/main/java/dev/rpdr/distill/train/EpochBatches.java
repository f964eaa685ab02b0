package dev.rpdr.distill.train;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/**
 * The batches of one epoch. Lists are shuffled, then sorted by the length of what is read of them
 * within windows of some batches: what stands in a batch is of similar length, so that little is
 * padded, and an epoch's order still is random.
 *
 * @param <I> what is read of one list
 */
final class EpochBatches<I> {
  /** Batches per window: more save more padding and shuffle less. */
  private static final int WINDOW = 16;

  private final ListReader<I> reader;
  private final int batchLists;

  EpochBatches(ListReader<I> reader, int batchLists) {
    this.reader = reader;
    this.batchLists = batchLists;
  }

  /** Makes batches to learn from. */
  List<ListBatch<I>> shuffled(List<TrainingList> lists, Random random) {
    List<Read<I>> read = read(lists, random);
    Collections.shuffle(read, random);
    int window = Math.multiplyExact(batchLists, WINDOW);
    for (int from = 0; from < read.size(); from += window) {
      read.subList(from, Math.min(from + window, read.size()))
          .sort(Comparator.comparingInt(Read::length));
    }
    List<ListBatch<I>> batches = new ArrayList<>(cut(read));
    Collections.shuffle(batches, random);
    return batches;
  }

  /** Makes batches of lists of similar length, for scoring; the order of lists is not kept. */
  List<ListBatch<I>> sorted(List<TrainingList> lists, Random random) {
    List<Read<I>> read = read(lists, random);
    read.sort(Comparator.comparingInt(Read::length));
    return cut(read);
  }

  private List<Read<I>> read(List<TrainingList> lists, Random random) {
    List<I> inputs = reader.read(lists, random);
    List<Read<I>> read = new ArrayList<>(lists.size());
    for (int i = 0; i < lists.size(); i++) {
      read.add(new Read<>(lists.get(i), inputs.get(i), reader.length(inputs.get(i))));
    }
    return read;
  }

  private List<ListBatch<I>> cut(List<Read<I>> read) {
    List<ListBatch<I>> batches = new ArrayList<>();
    for (int from = 0; from < read.size(); from += batchLists) {
      List<Read<I>> part = read.subList(from, Math.min(from + batchLists, read.size()));
      batches.add(
          new ListBatch<>(
              part.stream().map(Read::input).toList(),
              ListTargets.ofLists(part.stream().map(Read::list).toList())));
    }
    return batches;
  }

  /** A list, what was read of it, and the tokens of that. */
  private record Read<I>(TrainingList list, I input, int length) {}
}
