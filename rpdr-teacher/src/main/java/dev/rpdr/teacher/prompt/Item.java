package dev.rpdr.teacher.prompt;

import java.util.List;

/**
 * One entry of an answer.
 *
 * @param places the places it may mean: one of a label, several of a name that several candidates
 *     share, none of a label beyond the list
 * @param byName whether it was a name and not a label that told
 */
record Item(List<Integer> places, boolean byName) {
  static final Item UNKNOWN = new Item(List.of(), false);

  Item {
    places = List.copyOf(places);
  }

  boolean known() {
    return !places.isEmpty();
  }
}
