package dev.rpdr.eval;

import dev.rpdr.Evaluation.Judgement;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What the bootstrap draws. */
public enum Resampling {
  /** Single mentions: the usual choice, which takes repeats of a mention as independent. */
  MENTIONS {
    @Override
    List<int[]> units(List<Judgement> judgements) {
      return judgements.stream()
          .mapToInt(Judgement::rank)
          .sorted()
          .mapToObj(rank -> new int[] {rank})
          .toList();
    }
  },

  /**
   * All mentions of one text together. Repeats of a text stand or fall together, so where texts
   * repeat a lot (Ask A Patient's test file: 867 rows, 561 texts) intervals of single mentions are
   * too narrow, and these are not.
   */
  TEXTS {
    @Override
    List<int[]> units(List<Judgement> judgements) {
      Collection<List<Judgement>> byText =
          judgements.stream()
              .collect(
                  Collectors.groupingBy(
                      judgement -> SeenTexts.key(judgement.labelled().mention().text()),
                      TreeMap::new,
                      Collectors.toList()))
              .values();
      return byText.stream()
          .map(group -> group.stream().mapToInt(Judgement::rank).toArray())
          .toList();
    }
  };

  /** The ranks of the mentions of each unit; units in an order of their own. */
  abstract List<int[]> units(List<Judgement> judgements);
}
