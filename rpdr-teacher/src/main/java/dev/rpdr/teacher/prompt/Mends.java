package dev.rpdr.teacher.prompt;

import dev.rpdr.Outcome;
import java.util.EnumMap;
import java.util.Map;
import java.util.StringJoiner;

/** The mends of one answer. Not thread-safe. */
final class Mends {
  private final Map<Mend, Integer> counts = new EnumMap<>(Mend.class);

  /** Notes a mend that has no number. */
  void note(Mend mend) {
    counts.putIfAbsent(mend, 0);
  }

  /** Notes how often something was mended; nothing where never. */
  void note(Mend mend, int times) {
    if (times > 0) {
      counts.merge(mend, times, Integer::sum);
    }
  }

  /** Answered where nothing was mended, otherwise repaired with all reasons. */
  Outcome outcome() {
    if (counts.isEmpty()) {
      return Outcome.ANSWERED;
    }
    StringJoiner reasons = new StringJoiner("; ");
    counts.forEach((mend, n) -> reasons.add(mend.reason() + (n == 0 ? "" : ": " + n)));
    return new Outcome.Repaired(reasons.toString());
  }
}
