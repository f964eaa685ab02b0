package dev.rpdr.distill.noise;

import dev.rpdr.TrainingExample;
import dev.rpdr.TrainingSet;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * A training set in parts of like size, such that all examples of one mention (letter case and
 * blanks at its ends aside) are in one part.
 *
 * @param set the set
 * @param foldOf for each example the number of its part, from 0
 * @param count how many parts there are
 */
record Folds(TrainingSet set, List<Integer> foldOf, int count) {
  /**
   * Splits by seed.
   *
   * @throws IllegalArgumentException if there are fewer than 2 folds, or more than mentions
   */
  static Folds of(TrainingSet set, int count, long seed) {
    List<String> mentions =
        new ArrayList<>(new TreeSet<>(set.examples().stream().map(Folds::mention).toList()));
    if (count < 2 || count > mentions.size()) {
      throw new IllegalArgumentException(
          "folds must be 2 to the number of different mentions, "
              + mentions.size()
              + ", not "
              + count);
    }
    Collections.shuffle(mentions, new Random(seed));
    Map<String, Integer> foldOf = new HashMap<>();
    for (int i = 0; i < mentions.size(); i++) {
      foldOf.put(mentions.get(i), i % count);
    }
    return new Folds(
        set, set.examples().stream().map(e -> foldOf.getOrDefault(mention(e), 0)).toList(), count);
  }

  /** The numbers of the examples in a part. */
  List<Integer> heldOut(int fold) {
    return IntStream.range(0, set.size()).filter(i -> foldOf.get(i) == fold).boxed().toList();
  }

  /** All examples of the other parts. */
  TrainingSet rest(int fold) {
    List<TrainingExample> rest =
        IntStream.range(0, set.size())
            .filter(i -> foldOf.get(i) != fold)
            .mapToObj(set.examples()::get)
            .toList();
    return set.replaced("fold", "all but " + (fold + 1) + " of " + count, rest);
  }

  private static String mention(TrainingExample example) {
    return example.ranking().mention().text().strip().toLowerCase(Locale.ROOT);
  }
}
