package dev.rpdr.retriever.train;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Cuts texts that are sorted by length into groups that are padded by themselves, so that the sum
 * of padded tokens, and of a fixed price for each group, is least.
 */
final class LengthGroups {
  /** What one more run of a graph costs, in tokens. */
  private static final int GROUP_PRICE = 64;

  /**
   * One group.
   *
   * @param from the first text
   * @param to the end, exclusive
   */
  record Group(int from, int to) {}

  private LengthGroups() {}

  /**
   * The best groups.
   *
   * @param lengths in tokens, ascending, at least one
   * @param budget the most padded tokens of a group; a single text may exceed it
   */
  static List<Group> of(int[] lengths, int budget) {
    int count = lengths.length;
    long[] cost = new long[count + 1];
    int[] start = new int[count + 1];
    for (int to = 1; to <= count; to++) {
      cost[to] = Long.MAX_VALUE;
      int width = lengths[to - 1];
      for (int from = to - 1; from >= 0; from--) {
        long padded = (long) (to - from) * width;
        if (padded > budget && from < to - 1) {
          break;
        }
        long whole = cost[from] + padded + GROUP_PRICE;
        if (whole < cost[to]) {
          cost[to] = whole;
          start[to] = from;
        }
      }
    }
    List<Group> groups = new ArrayList<>();
    for (int to = count; to > 0; to = start[to]) {
      groups.add(new Group(start[to], to));
    }
    Collections.reverse(groups);
    return groups;
  }
}
