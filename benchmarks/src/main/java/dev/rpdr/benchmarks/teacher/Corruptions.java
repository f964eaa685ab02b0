package dev.rpdr.benchmarks.teacher;

import dev.rpdr.Outcome;
import dev.rpdr.Ranking;
import dev.rpdr.teacher.OutcomeCounter;
import dev.rpdr.teacher.prompt.LabelStyle;
import dev.rpdr.teacher.prompt.RankingParser;
import dev.rpdr.testkit.SpoiltAnswers;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** Spoilt answers, read by the parser: the closed set must stay whole, whatever they say. */
final class Corruptions {
  private final OutcomeCounter outcomes = new OutcomeCounter();
  private long outside;
  private long wrongLength;
  private long thrown;
  private long unsound;
  private long restored;
  private long slowestNanos;

  private Corruptions() {}

  /**
   * Reads answers, half of them by letters and half by numbers.
   *
   * @param answers how many, an even number
   */
  static Checks run(int answers, long seed) {
    Corruptions corruptions = new Corruptions();
    long start = System.nanoTime();
    for (LabelStyle style : LabelStyle.values()) {
      RankingParser parser = new RankingParser(style);
      SpoiltAnswers spoilt = SpoiltAnswers.seeded(seed, style::label);
      for (int i = 0; i < answers / LabelStyle.values().length; i++) {
        corruptions.read(parser, spoilt.next());
      }
    }
    return corruptions.checks(answers, (System.nanoTime() - start) / 1e9);
  }

  private void read(RankingParser parser, SpoiltAnswers.Answer answer) {
    try {
      Ranking sound = parser.parse(answer.sound(), answer.request(), answer.top());
      unsound += sound.ids().equals(answer.ids()) ? 0 : 1;
      long start = System.nanoTime();
      Ranking ranking = parser.parse(answer.spoilt(), answer.request(), answer.top());
      slowestNanos = Math.max(slowestNanos, System.nanoTime() - start);
      outcomes.count(ranking);
      restored += ranking.ids().equals(answer.ids()) ? 1 : 0;
      Set<String> distinct = new HashSet<>(ranking.ids());
      boolean closed =
          distinct.size() == ranking.ids().size()
              && new HashSet<>(answer.request().ids()).containsAll(distinct);
      outside += closed ? 0 : 1;
      int size = answer.request().size();
      int wanted =
          ranking.outcome() instanceof Outcome.FellBack ? size : Math.min(answer.top(), size);
      wrongLength += ranking.ids().size() == wanted ? 0 : 1;
    } catch (RuntimeException e) {
      thrown++;
    }
  }

  private Checks checks(int answers, double seconds) {
    Checks checks = new Checks();
    checks.equal("answers read", (long) answers, outcomes.total());
    checks.equal("exceptions", 0L, thrown);
    checks.equal("rankings with anything but candidates, or one twice", 0L, outside);
    checks.equal("rankings of a wrong length", 0L, wrongLength);
    checks.equal("sound answers misread", 0L, unsound);
    checks.note(outcomes.toString());
    checks.note(
        String.format(
            Locale.ROOT,
            "%d read as before they were spoilt; %.1f s in all, %.1f ms the slowest",
            restored,
            seconds,
            slowestNanos / 1e6));
    return checks;
  }
}
