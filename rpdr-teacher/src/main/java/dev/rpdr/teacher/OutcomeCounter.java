package dev.rpdr.teacher;

import dev.rpdr.Outcome;
import dev.rpdr.Ranking;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Counts how rankings came about: by outcome, and by each reason of those that were not simply
 * answered. Thread-safe.
 */
public final class OutcomeCounter {
  private static final Pattern NUMBER = Pattern.compile(": \\d+$");

  private final SortedMap<String, Long> outcomes = new TreeMap<>();
  private final SortedMap<String, Long> reasons = new TreeMap<>();
  private long total;

  /**
   * Counts a ranking. The reason of its outcome is split at semicolons, and a number at the end of
   * a reason ("repeats dropped: 2") does not count as another reason.
   */
  public synchronized void count(Ranking ranking) {
    Outcome outcome = ranking.outcome();
    total++;
    outcomes.merge(outcome.label(), 1L, Long::sum);
    for (String reason : outcome.reason().split(";", -1)) {
      if (!reason.isBlank()) {
        reasons.merge(NUMBER.matcher(reason.strip()).replaceFirst(""), 1L, Long::sum);
      }
    }
  }

  /** How many rankings were counted; the sum of {@link #outcomes()}. */
  public synchronized long total() {
    return total;
  }

  /** From each outcome's label that occurred to how often; a copy. */
  public synchronized SortedMap<String, Long> outcomes() {
    return new TreeMap<>(outcomes);
  }

  /** From each reason that occurred to how many rankings had it; a copy. */
  public synchronized SortedMap<String, Long> reasons() {
    return new TreeMap<>(reasons);
  }

  /** One line, such as {@code 3 rankings: answered 2, repaired 1 (repeats dropped 1)}. */
  @Override
  public synchronized String toString() {
    String why = reasons.isEmpty() ? "" : " (" + list(reasons) + ")";
    return total + " rankings" + (total == 0 ? "" : ": " + list(outcomes)) + why;
  }

  private static String list(Map<String, Long> counts) {
    return String.join(
        ", ", counts.entrySet().stream().map(e -> e.getKey() + " " + e.getValue()).toList());
  }
}
