package dev.rpdr.distill.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.rpdr.nn.TokenSequence;
import dev.rpdr.nn.torch.Torch;
import java.util.List;

/**
 * The pairs of the lists of one step.
 *
 * @param sequences the tokens of all pairs: list after list, in each the candidates best first;
 *     where pairs come in both orders, a list's candidates follow once more the other way round
 * @param targets the teacher's order of each list
 */
record PairBatch(List<TokenSequence> sequences, ListTargets targets) {
  static PairBatch of(ListBatch<List<TokenSequence>> batch) {
    return new PairBatch(batch.inputs().stream().flatMap(List::stream).toList(), batch.targets());
  }

  /**
   * Brings scores into the shape of the targets; where pairs come in both orders, takes the mean.
   *
   * @param scores one a sequence, of shape (sequences) or (sequences, 1)
   * @return of shape (lists, width); absent columns hold some score of the batch
   */
  NDArray arrange(NDArray scores) {
    NDArray flat = scores.reshape(sequences.size());
    Shape shape = new Shape(targets.lists(), targets.width());
    int cells = targets.lists() * targets.width();
    if (cells == sequences.size() && cells == candidates()) {
      return flat.reshape(shape);
    }
    NDArray arranged = pick(flat, 0).reshape(shape);
    return isSymmetric() ? Torch.times(arranged.add(pick(flat, 1).reshape(shape)), 0.5) : arranged;
  }

  private NDArray pick(NDArray flat, int order) {
    return flat.gather(flat.getManager().create(rows(order)), 0);
  }

  /** For each cell the sequence that scores it; 0 for absent ones. */
  long[] rows(int order) {
    long[] rows = new long[targets.lists() * targets.width()];
    int orders = isSymmetric() ? 2 : 1;
    int first = 0;
    for (int list = 0; list < targets.lists(); list++) {
      int length = length(list);
      for (int column = 0; column < length; column++) {
        int row = first + order * length + column;
        rows[list * targets.width() + column] = row;
      }
      first += length * orders;
    }
    return rows;
  }

  private boolean isSymmetric() {
    return sequences.size() == 2 * candidates();
  }

  private int candidates() {
    int candidates = 0;
    for (int list = 0; list < targets.lists(); list++) {
      candidates += length(list);
    }
    return candidates;
  }

  private int length(int list) {
    int length = 0;
    while (length < targets.width() && targets.isPresent(list, length)) {
      length++;
    }
    return length;
  }
}
