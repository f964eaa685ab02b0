package dev.rpdr.nn;

import java.util.Arrays;
import java.util.Objects;

/**
 * The tokens of one text or pair, special tokens included, without padding. Immutable as long as
 * nobody writes into the arrays, which are shared and not copied.
 */
public final class TokenSequence {
  private final long[] ids;
  private final long[] typeIds;

  private TokenSequence(long[] ids, long[] typeIds) {
    this.ids = ids;
    this.typeIds = typeIds;
  }

  /**
   * A sequence over two arrays of equal length, which become its own.
   *
   * @param ids token ids, each 0 or more
   * @param typeIds which of a pair's texts a token belongs to: 0 or 1
   */
  public static TokenSequence of(long[] ids, long[] typeIds) {
    Objects.requireNonNull(ids, "ids");
    Objects.requireNonNull(typeIds, "typeIds");
    if (ids.length != typeIds.length) {
      throw new IllegalArgumentException(
          "ids and typeIds must be of equal length, not " + ids.length + " and " + typeIds.length);
    }
    for (long id : ids) {
      if (id < 0) {
        throw new IllegalArgumentException("token ids must be 0 or more, not " + id);
      }
    }
    return new TokenSequence(ids, typeIds);
  }

  /** How many tokens there are. */
  public int length() {
    return ids.length;
  }

  /** The token ids, {@code long[length()]}; shared, not to be changed. */
  public long[] ids() {
    return ids;
  }

  /** The type ids, {@code long[length()]}; shared, not to be changed. */
  public long[] typeIds() {
    return typeIds;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TokenSequence that
        && Arrays.equals(ids, that.ids)
        && Arrays.equals(typeIds, that.typeIds);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(ids) + Arrays.hashCode(typeIds);
  }

  @Override
  public String toString() {
    return "TokenSequence" + Arrays.toString(ids);
  }
}
