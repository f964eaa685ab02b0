package dev.rpdr.distill.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.rpdr.nn.ListSequence;
import dev.rpdr.nn.TokenBatch;
import dev.rpdr.nn.TokenSequence;
import java.util.ArrayList;
import java.util.List;

/**
 * From the scores of tokens to those of candidates: means over spans, brought to the places of the
 * targets.
 *
 * @param sequences the sequences of all lists of a batch
 * @param most the most candidates of a sequence
 * @param cells for each cell (list, column), row-major, the index of its span: sequence × most +
 *     place there; 0 for absent ones; not to be changed
 * @param shape of the targets
 */
@SuppressWarnings("ArrayRecordComponent")
record SpanPooling(List<ListSequence> sequences, int most, long[] cells, Shape shape) {
  static SpanPooling of(ListBatch<ListwiseInput> batch) {
    List<ListSequence> sequences = new ArrayList<>();
    batch.inputs().forEach(input -> sequences.addAll(input.sequences()));
    int most = sequences.stream().mapToInt(one -> one.spans().size()).max().orElseThrow();
    ListTargets targets = batch.targets();
    long[] cells = new long[targets.lists() * targets.width()];
    int row = 0;
    for (int list = 0; list < targets.lists(); list++) {
      ListwiseInput input = batch.inputs().get(list);
      for (ListSequence sequence : input.sequences()) {
        for (int i = 0; i < sequence.spans().size(); i++) {
          int column = input.columns().get(sequence.spans().get(i).other());
          cells[list * targets.width() + column] = (long) row * most + i;
        }
        row++;
      }
    }
    return new SpanPooling(
        List.copyOf(sequences), most, cells, new Shape(targets.lists(), targets.width()));
  }

  /** The tokens alone. */
  List<TokenSequence> tokens() {
    return sequences.stream().map(ListSequence::tokens).toList();
  }

  /**
   * Pools scores.
   *
   * @param tokenScores of the padded sequences [sequences, width]
   * @return of the shape of the targets; absent columns hold some score of the batch
   */
  NDArray pool(NDArray tokenScores, TokenBatch padded) {
    int width = padded.width();
    float[] shares = new float[sequences.size() * most * width];
    for (int row = 0; row < sequences.size(); row++) {
      List<ListSequence.Span> spans = sequences.get(row).spans();
      for (int i = 0; i < spans.size(); i++) {
        ListSequence.Span span = spans.get(i);
        for (int token = span.from(); token < span.to(); token++) {
          shares[(row * most + i) * width + token] = 1f / span.length();
        }
      }
    }
    NDArray weights =
        tokenScores.getManager().create(shares, new Shape(sequences.size(), most, width));
    NDArray means = weights.matMul(tokenScores.expandDims(2)).flatten();
    return means.gather(tokenScores.getManager().create(cells), 0).reshape(shape);
  }
}
