package dev.rpdr.distill.train;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The teacher's order of a batch of lists, one column a candidate. Columns of a list stand best
 * first; a shorter list is filled up at its end. A list has a weight, and may have a distribution
 * over its candidates beside their order.
 *
 * <p>Immutable and thread-safe.
 */
public final class ListTargets {
  /** The place of a column that holds no candidate. */
  private static final int ABSENT = -1;

  private final int[][] places;
  private final int width;
  private final double[] weights;

  /** For each list the probabilities of its columns, or null. */
  private final double[] @Nullable [] probabilities;

  private ListTargets(
      int[][] places, int width, double[] weights, double[] @Nullable [] probabilities) {
    this.places = places;
    this.width = width;
    this.weights = weights;
    this.probabilities = probabilities;
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
    double[] weights = new double[padded.length];
    Arrays.fill(weights, 1);
    return new ListTargets(padded, width, weights, new double[padded.length][]);
  }

  /** The targets of lists with their weights and distributions. */
  static ListTargets ofLists(List<TrainingList> lists) {
    ListTargets targets = of(lists.stream().map(TrainingList::places).toList());
    for (int i = 0; i < lists.size(); i++) {
      double[] probabilities = lists.get(i).probabilities();
      targets.weights[i] = lists.get(i).weight();
      targets.probabilities[i] =
          probabilities == null ? null : Arrays.copyOf(probabilities, targets.width);
    }
    return targets;
  }

  /** These targets, where all lists that are soft (or that are not) weigh nothing. */
  ListTargets without(boolean soft) {
    double[] left = weights.clone();
    for (int list = 0; list < left.length; list++) {
      left[list] = isSoft(list) == soft ? 0 : left[list];
    }
    return new ListTargets(places, width, left, probabilities);
  }

  /** Whether a list has a distribution. */
  boolean isSoft(int list) {
    return probabilities[list] != null;
  }

  /** How many lists have a distribution. */
  int soft() {
    int soft = 0;
    for (int list = 0; list < lists(); list++) {
      soft += isSoft(list) ? 1 : 0;
    }
    return soft;
  }

  /** The probability of each column of a list that {@linkplain #isSoft is soft}, as a copy. */
  double[] probabilities(int list) {
    double[] known = probabilities[list];
    if (known == null) {
      throw new IllegalStateException("list " + list + " has no distribution");
    }
    return known.clone();
  }

  /** What the loss of a list is multiplied by, from 0 to 1. */
  double weight(int list) {
    return weights[list];
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
