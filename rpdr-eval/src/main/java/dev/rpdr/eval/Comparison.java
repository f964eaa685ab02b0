package dev.rpdr.eval;

import dev.rpdr.Evaluation;
import dev.rpdr.Evaluation.Judgement;
import dev.rpdr.LabelledMention;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Two systems on the same mentions, paired: only mentions that one has right and the other wrong
 * tell them apart. The p-value is that of McNemar's test (Psychometrika 12(2), 1947) in its exact,
 * two-sided binomial form: how probable a split of those mentions at least as uneven is if both
 * systems are equally good. Repeated mentions count as often as they occur, as they do in Acc@k;
 * where they repeat a lot, p is smaller than it should be.
 *
 * @param a name of the one system
 * @param b name of the other
 * @param k hits are counted within the first k, ≥ 1
 * @param both how many mentions both have right
 * @param onlyA how many a alone has right
 * @param onlyB how many b alone has right
 * @param neither how many both have wrong
 */
public record Comparison(String a, String b, int k, int both, int onlyA, int onlyB, int neither) {
  public Comparison {
    if (k < 1) {
      throw new IllegalArgumentException("k must be >= 1, not " + k);
    }
    if (Math.min(Math.min(both, onlyA), Math.min(onlyB, neither)) < 0) {
      throw new IllegalArgumentException(
          "counts must be >= 0, not " + List.of(both, onlyA, onlyB, neither));
    }
  }

  /** Compares two evaluations at k = 1; they are called a and b. */
  public static Comparison of(Evaluation a, Evaluation b) {
    return of("a", a, "b", b, 1);
  }

  /** Compares two systems at k = 1. */
  public static Comparison of(SystemResult a, SystemResult b) {
    return of(a, b, 1);
  }

  /** Compares two systems at some k ≥ 1. */
  public static Comparison of(SystemResult a, SystemResult b, int k) {
    return of(a.name(), a.evaluation(), b.name(), b.evaluation(), k);
  }

  /**
   * Compares two evaluations. Mentions are paired by text and gold, whatever their order.
   *
   * @throws IllegalArgumentException if they are not of the same mentions
   */
  public static Comparison of(String nameOfA, Evaluation a, String nameOfB, Evaluation b, int k) {
    int[] counts = new int[4];
    Map<Key, Deque<Judgement>> waiting = new HashMap<>();
    for (Judgement judgement : b.judgements()) {
      waiting.computeIfAbsent(Key.of(judgement), key -> new ArrayDeque<>()).add(judgement);
    }
    for (Judgement ofA : a.judgements()) {
      Deque<Judgement> partners = waiting.get(Key.of(ofA));
      if (partners == null || partners.isEmpty()) {
        throw notPaired(nameOfA, a, nameOfB, b, ofA);
      }
      boolean hitOfB = partners.remove().hitAt(k);
      counts[(ofA.hitAt(k) ? 0 : 2) + (hitOfB ? 0 : 1)]++;
    }
    if (a.judgements().size() != b.judgements().size()) {
      Judgement left =
          waiting.values().stream().filter(d -> !d.isEmpty()).findFirst().orElseThrow().element();
      throw notPaired(nameOfB, b, nameOfA, a, left);
    }
    return new Comparison(nameOfA, nameOfB, k, counts[0], counts[1], counts[2], counts[3]);
  }

  /** How many mentions there are. */
  public int n() {
    return both + onlyA + onlyB + neither;
  }

  /** Acc@k of a minus Acc@k of b, in [-1, 1]; 0 where there are no mentions. */
  public double difference() {
    return n() == 0 ? 0 : (double) (onlyA - onlyB) / n();
  }

  /** The two-sided p-value, in (0, 1]; 1 where the systems never differ. */
  public double pValue() {
    int differing = onlyA + onlyB;
    double logTerm = -differing * Math.log(2);
    double tail = 0;
    for (int i = 0; i <= Math.min(onlyA, onlyB); i++) {
      tail += Math.exp(logTerm);
      logTerm += Math.log((double) (differing - i) / (i + 1));
    }
    return Math.min(1, 2 * tail);
  }

  private static IllegalArgumentException notPaired(
      String one, Evaluation ofOne, String other, Evaluation ofOther, Judgement alone) {
    LabelledMention labelled = alone.labelled();
    return new IllegalArgumentException(
        "'"
            + one
            + "' ("
            + ofOne.judgements().size()
            + " mentions) and '"
            + other
            + "' ("
            + ofOther.judgements().size()
            + " mentions) were not scored on the same mentions: '"
            + labelled.mention().text()
            + "' with gold "
            + labelled.gold().parts()
            + " has no partner in '"
            + other
            + "'");
  }

  private record Key(String text, List<?> gold) {
    static Key of(Judgement judgement) {
      LabelledMention labelled = judgement.labelled();
      return new Key(labelled.mention().text(), labelled.gold().parts());
    }
  }
}
