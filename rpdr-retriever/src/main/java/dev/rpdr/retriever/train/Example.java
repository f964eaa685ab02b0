package dev.rpdr.retriever.train;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * One mention and what it should lie close to. Texts are numbers of a {@link TokenTable}.
 *
 * @param mention the mention's text
 * @param targets the right entities, the best first, at least one; their weights sum to 1
 * @param others entities to tell apart from them, those most easily confused first, none of which
 *     has only names of a target
 * @param alsoRight names that are never to be taken for wrong: those of the targets and of entities
 *     that would be right as well
 * @param weight what the example's loss is multiplied by, 0 &lt; weight ≤ 1
 */
record Example(
    int mention,
    List<Choice> targets,
    List<Choice> others,
    List<Integer> alsoRight,
    double weight) {
  Example {
    targets = List.copyOf(targets);
    others = List.copyOf(others);
    alsoRight = List.copyOf(alsoRight);
  }

  /**
   * An entity as its names.
   *
   * @param names its names, at least one, the preferred one first; not to be changed
   * @param weight its share of the target, 0 for others
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Choice(int[] names, double weight) {
    /** One of the names, each as probable as the other. */
    int pick(Random random) {
      return names.length == 1 ? names[0] : names[random.nextInt(names.length)];
    }

    /** Whether this entity has a name that is not among those of {@code right}. */
    boolean differsFrom(List<Integer> right) {
      return Arrays.stream(names).anyMatch(name -> !right.contains(name));
    }
  }
}
