package dev.rpdr.retriever.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import dev.rpdr.nn.EncoderOptions;
import dev.rpdr.nn.TextTokenizer;
import dev.rpdr.nn.TokenBatch;
import dev.rpdr.nn.train.Forward;
import dev.rpdr.retriever.train.LengthGroups.Group;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Different texts in the order of their lengths, cut into padded batches.
 *
 * @param numbers their numbers in the token table, shortest first
 * @param batches the batches, in the same order
 */
record Texts(List<Integer> numbers, List<TokenBatch> batches) {
  private static final double TINY = 1e-12;

  /**
   * Orders and cuts texts.
   *
   * @param numbers which texts, each once
   * @param budget the most padded tokens of a batch
   */
  static Texts of(
      Collection<Integer> numbers, TokenTable table, TextTokenizer tokenizer, int budget) {
    List<Integer> sorted = new ArrayList<>(numbers);
    sorted.sort(Comparator.<Integer>comparingInt(table::length).thenComparing(number -> number));
    List<TokenBatch> batches = new ArrayList<>();
    int[] lengths = sorted.stream().mapToInt(table::length).toArray();
    for (Group group : LengthGroups.of(lengths, budget)) {
      batches.add(
          tokenizer.pad(
              sorted.subList(group.from(), group.to()).stream().map(table::tokens).toList()));
    }
    return new Texts(List.copyOf(sorted), List.copyOf(batches));
  }

  /** Their vectors as the options say, {@code [texts, dimension]}. */
  NDArray vectors(Forward forward, EncoderOptions options) {
    NDList parts = new NDList();
    for (TokenBatch batch : batches) {
      parts.add(vectors(forward, options, batch));
    }
    return parts.size() == 1 ? parts.get(0) : NDArrays.concat(parts, 0);
  }

  static NDArray vectors(Forward forward, EncoderOptions options, TokenBatch batch) {
    NDArray vectors = forward.pool(forward.run(batch), batch, options.pooling());
    if (!options.normalise()) {
      return vectors;
    }
    NDArray lengths = vectors.square().sum(new int[] {1}, true).add(TINY).sqrt();
    return vectors.div(lengths);
  }
}
