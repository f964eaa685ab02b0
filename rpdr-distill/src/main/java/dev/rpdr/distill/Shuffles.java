package dev.rpdr.distill;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;

/**
 * Orders in which names are read. They depend on the mention and on which names there are, not on
 * the order in which those are given. Each second order is the one before it backwards, so that
 * over such a pair every name stands in the middle on average.
 */
final class Shuffles {
  private Shuffles() {}

  /**
   * Some orders of names.
   *
   * @param names different names, in any order
   * @param count how many orders, ≥ 1; a single name has one
   */
  static List<List<String>> of(String mention, List<String> names, int count) {
    List<String> order = new ArrayList<>(names);
    Collections.sort(order);
    Random random = new Random(new SplittableRandom(mention.hashCode()).nextLong());
    List<List<String>> orders = new ArrayList<>();
    for (int i = 0; i < (names.size() > 1 ? count : 1); i++) {
      if (i % 2 == 0) {
        Collections.shuffle(order, random);
      } else {
        Collections.reverse(order);
      }
      orders.add(List.copyOf(order));
    }
    return orders;
  }
}
