package dev.rpdr.distill.train;

import java.util.Arrays;
import java.util.List;

/**
 * The teacher's order of a batch of lists, one column a candidate. Columns of a list stand best
 * first; a shorter list is filled up at its end.
 *
 * <p>Immutable and thread-safe.
 */
public final class ListTargets {
  /** The place of a column that holds no candidate. */
  private static final int ABSENT = -1;

  private final int[][] places;
  private final int width;

  private ListTargets(int[][] places, int width) {
    this.places = places;
    this.width = width;
  }

  /**
   * The targets of some lists.
   *
   * @param places for each list the teacher's place of each of its candidates: 0 is the best; equal
   *     places say that the teacher did not tell the two apart; never decreasing along a list
   * @throws IllegalArgumentException if there is no list, a list is empty, or places decrease
   */
  public static ListTargets of(List<int[]> places) {
    if (places.isEmpty()) {
      throw new IllegalArgumentException("targets need at least one list");
    }
    int width = places.stream().mapToInt(list -> list.length).max().orElseThrow();
    int[][] padded = new int[places.size()][];
    for (int i = 0; i < padded.length; i++) {
      int[] list = places.get(i);
      requireOrdered(list, i);
      padded[i] = Arrays.copyOf(list, width);
      Arrays.fill(padded[i], list.length, width, ABSENT);
    }
    return new ListTargets(padded, width);
  }

  /** How many lists there are. */
  public int lists() {
    return places.length;
  }

  /** How many columns there are: the length of the longest list. */
  public int width() {
    return width;
  }

  /** Whether a column of a list holds a candidate. */
  public boolean isPresent(int list, int column) {
    return places[list][column] != ABSENT;
  }

  /** Whether the teacher put one column of a list strictly before another; both may be absent. */
  public boolean isBefore(int list, int better, int worse) {
    return isPresent(list, better)
        && isPresent(list, worse)
        && places[list][better] < places[list][worse];
  }

  /** The teacher's place of a column that holds a candidate, 0 being the best. */
  public int place(int list, int column) {
    return places[list][column];
  }

  /**
   * How many leading columns of a list the teacher put strictly before all that follow them: where
   * its order is known without a tie.
   */
  int decided(int list) {
    int column = 0;
    while (column + 1 < width && isBefore(list, column, column + 1)) {
      column++;
    }
    return column;
  }

  private static void requireOrdered(int[] list, int number) {
    if (list.length == 0) {
      throw new IllegalArgumentException("list " + number + " of the targets is empty");
    }
    int last = 0;
    for (int place : list) {
      if (place < last) {
        throw new IllegalArgumentException(
            "places must be >= 0 and never decrease, but list "
                + number
                + " holds "
                + Arrays.toString(list));
      }
      last = place;
    }
  }
}
