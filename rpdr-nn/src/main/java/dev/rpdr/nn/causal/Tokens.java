package dev.rpdr.nn.causal;

import java.util.Arrays;
import java.util.Objects;

/** A sequence of token ids, each 0 or more. Immutable. */
public final class Tokens {
  private static final Tokens EMPTY = new Tokens(new int[0]);

  private final int[] ids;

  private Tokens(int[] ids) {
    this.ids = ids;
  }

  /** These ids, copied. */
  public static Tokens of(int... ids) {
    for (int id : ids) {
      if (id < 0) {
        throw new IllegalArgumentException("a token id must be 0 or more, not " + id);
      }
    }
    return ids.length == 0 ? EMPTY : new Tokens(ids.clone());
  }

  static Tokens of(long[] ids) {
    return of(Arrays.stream(ids).mapToInt(Math::toIntExact).toArray());
  }

  /** No tokens. */
  public static Tokens empty() {
    return EMPTY;
  }

  /** How many there are. */
  public int size() {
    return ids.length;
  }

  /** Whether there are none. */
  public boolean isEmpty() {
    return ids.length == 0;
  }

  /** The id at a place, counted from 0. */
  public int get(int place) {
    return ids[Objects.checkIndex(place, ids.length)];
  }

  /** The last id. */
  int last() {
    return get(ids.length - 1);
  }

  /** These, then those. */
  public Tokens plus(Tokens more) {
    int[] all = Arrays.copyOf(ids, ids.length + more.ids.length);
    System.arraycopy(more.ids, 0, all, ids.length, more.ids.length);
    return new Tokens(all);
  }

  /** The ids as an array of the caller's own. */
  public int[] toArray() {
    return ids.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Tokens tokens && Arrays.equals(ids, tokens.ids);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(ids);
  }

  @Override
  public String toString() {
    return Arrays.toString(ids);
  }
}
