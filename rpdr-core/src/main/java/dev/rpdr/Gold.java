package dev.rpdr;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What a mention really means. Mostly one entity; sometimes any of several ids will do
 * (<i>alternatives</i>), and a composite mention ("breast and ovarian cancer") has several parts,
 * each with its own alternatives.
 *
 * @param parts the parts, at least one, each with at least one id; copied
 */
public record Gold(List<Set<String>> parts) {
  public Gold {
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("gold needs at least one part");
    }
    parts = parts.stream().map(Gold::checked).toList();
  }

  /** One part, for which any of these ids is right. */
  public static Gold of(String... alternatives) {
    return new Gold(List.of(new LinkedHashSet<>(List.of(alternatives))));
  }

  /** All ids of all parts. */
  public Set<String> ids() {
    Set<String> ids = new LinkedHashSet<>();
    parts.forEach(ids::addAll);
    return Set.copyOf(ids);
  }

  /**
   * The place, from 1, of the first id that is right for any part, or 0 where none is.
   *
   * @param answered ids, best first
   */
  public int rankIn(List<String> answered) {
    Set<String> right = ids();
    for (int i = 0; i < answered.size(); i++) {
      if (right.contains(answered.get(i))) {
        return i + 1;
      }
    }
    return 0;
  }

  private static Set<String> checked(Set<String> alternatives) {
    if (alternatives.isEmpty() || alternatives.stream().anyMatch(String::isBlank)) {
      throw new IllegalArgumentException(
          "each part of a gold needs at least one id and none that is blank, but one is "
              + alternatives);
    }
    return Set.copyOf(alternatives);
  }

  /**
   * Which of these ids are right for any part.
   *
   * @param ids such as those of a request
   * @return one answer an id, in their order
   */
  public boolean[] rightAmong(List<String> ids) {
    Set<String> known = ids();
    boolean[] right = new boolean[ids.size()];
    for (int i = 0; i < right.length; i++) {
      right[i] = known.contains(ids.get(i));
    }
    return right;
  }
}
