package dev.rpdr.distill.train;

import dev.rpdr.nn.ListSequence;
import dev.rpdr.nn.ListTokenizer;
import dev.rpdr.nn.TextList;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Reads all candidates of a list together, in an order drawn anew each time. */
record ListwiseReader(ListTokenizer tokenizer) implements ListReader<ListwiseInput> {
  @Override
  public List<ListwiseInput> read(List<TrainingList> lists, Random random) {
    List<List<Integer>> orders = new ArrayList<>();
    List<TextList> texts = new ArrayList<>();
    for (TrainingList list : lists) {
      List<Integer> order =
          new ArrayList<>(IntStream.range(0, list.names().size()).boxed().toList());
      // No order may give the teacher's away.
      Collections.shuffle(order, random);
      orders.add(order);
      texts.add(new TextList(list.mention(), order.stream().map(list.names()::get).toList()));
    }
    List<List<ListSequence>> sequences = tokenizer.encodeAll(texts);
    return IntStream.range(0, lists.size())
        .mapToObj(i -> new ListwiseInput(sequences.get(i), orders.get(i)))
        .toList();
  }

  @Override
  public int length(ListwiseInput input) {
    return input.sequences().stream().mapToInt(one -> one.tokens().length()).max().orElse(0);
  }
}
