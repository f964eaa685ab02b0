package dev.rpdr.eval;

import dev.rpdr.Gold;
import java.util.List;
import java.util.Set;

/** When a ranking is right, where gold holds several ids. With a single gold id both are equal. */
public enum GoldRule {
  /** Any id of any part is right; the usual convention of the field. */
  LENIENT {
    @Override
    int rank(Gold gold, List<String> ids) {
      return gold.rankIn(ids);
    }
  },

  /** Every part must be found, by any of its alternatives. */
  STRICT {
    @Override
    int rank(Gold gold, List<String> ids) {
      int deepest = 0;
      for (Set<String> part : gold.parts()) {
        int place = placeOfAny(part, ids);
        if (place == 0) {
          return 0;
        }
        deepest = Math.max(deepest, place);
      }
      return deepest;
    }
  };

  /**
   * The place, from 1, down to which one must look for the answer to be right, or 0 where it is
   * wrong at any depth.
   *
   * @param ids what was answered, best first
   */
  abstract int rank(Gold gold, List<String> ids);

  private static int placeOfAny(Set<String> alternatives, List<String> ids) {
    for (int i = 0; i < ids.size(); i++) {
      if (alternatives.contains(ids.get(i))) {
        return i + 1;
      }
    }
    return 0;
  }
}
