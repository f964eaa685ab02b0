package dev.rpdr.nn;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Sequences padded on the right to one width: what a graph takes. The arrays are row-major, {@code
 * long[size() * width()]}, shared, and not to be changed.
 */
public final class TokenBatch {
  private final int size;
  private final int width;
  private final long[] ids;
  private final long[] mask;
  private final long[] typeIds;

  private TokenBatch(int size, int width, long padId) {
    this.size = size;
    this.width = width;
    int cells = Math.multiplyExact(size, width);
    ids = new long[cells];
    mask = new long[cells];
    typeIds = new long[cells];
    if (padId != 0) {
      Arrays.fill(ids, padId);
    }
  }

  /**
   * Pads sequences to the longest of them.
   *
   * @param sequences at least one
   * @param padId the id of the padding token
   */
  public static TokenBatch pad(List<TokenSequence> sequences, long padId) {
    Objects.requireNonNull(sequences, "sequences");
    if (sequences.isEmpty()) {
      throw new IllegalArgumentException("a batch needs at least one sequence");
    }
    int width = sequences.stream().mapToInt(TokenSequence::length).max().orElse(0);
    TokenBatch batch = new TokenBatch(sequences.size(), width, padId);
    for (int row = 0; row < batch.size; row++) {
      TokenSequence sequence = sequences.get(row);
      int length = sequence.length();
      System.arraycopy(sequence.ids(), 0, batch.ids, row * width, length);
      System.arraycopy(sequence.typeIds(), 0, batch.typeIds, row * width, length);
      Arrays.fill(batch.mask, row * width, row * width + length, 1);
    }
    return batch;
  }

  /** How many sequences (rows) there are, at least 1. */
  public int size() {
    return size;
  }

  /** The tokens of the longest sequence (columns). */
  public int width() {
    return width;
  }

  /** Token ids, padded with the padding token's. */
  public long[] ids() {
    return ids;
  }

  /** 1 for tokens, 0 for padding. */
  public long[] mask() {
    return mask;
  }

  /** Type ids, 0 for padding. */
  public long[] typeIds() {
    return typeIds;
  }
}
