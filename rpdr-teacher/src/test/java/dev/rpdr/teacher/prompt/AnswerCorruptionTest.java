package dev.rpdr.teacher.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rpdr.Outcome;
import dev.rpdr.Ranking;
import dev.rpdr.teacher.OutcomeCounter;
import dev.rpdr.testkit.RpdrAssertions;
import dev.rpdr.testkit.SpoiltAnswers;
import org.junit.jupiter.api.Test;

/**
 * 10,000 answers, each well formed at first and then spoilt at random; see also bin/rpdr
 * acceptance.
 */
class AnswerCorruptionTest {
  private static final int ANSWERS = 10_000;
  private static final long SEED = 20261124;

  @Test
  void noEntityFromOutsideComesOutNothingIsThrownAndTheOutcomesAddUp() {
    OutcomeCounter counter = new OutcomeCounter();
    int restored = 0;
    for (LabelStyle style : LabelStyle.values()) {
      RankingParser parser = new RankingParser(style);
      SpoiltAnswers answers = SpoiltAnswers.seeded(SEED, style::label);
      for (int i = 0; i < ANSWERS / 2; i++) {
        SpoiltAnswers.Answer answer = answers.next();

        Ranking before = parser.parse(answer.sound(), answer.request(), answer.top());
        Ranking after = parser.parse(answer.spoilt(), answer.request(), answer.top());

        assertThat(before.ids()).as(answer.sound()).isEqualTo(answer.ids());
        check(after, answer);
        counter.count(after);
        restored += after.ids().equals(before.ids()) ? 1 : 0;
      }
    }

    assertThat(counter.total()).isEqualTo(ANSWERS);
    assertThat(counter.outcomes().values().stream().mapToLong(Long::longValue).sum())
        .isEqualTo(ANSWERS);
    assertThat(counter.outcomes()).containsOnlyKeys("answered", "repaired", "fell-back");
    assertThat(counter.outcomes().values()).allSatisfy(n -> assertThat(n).isGreaterThan(100));
    assertThat(counter.reasons()).hasSizeGreaterThan(8);
    assertThat(restored).isGreaterThan(ANSWERS / 4);
  }

  private static void check(Ranking ranking, SpoiltAnswers.Answer answer) {
    String text = answer.spoilt();
    RpdrAssertions.assertThat(ranking).as(text).isAnswerTo(answer.request());
    boolean fellBack = ranking.outcome() instanceof Outcome.FellBack;
    int size = answer.request().size();
    assertThat(ranking.candidates())
        .as(text)
        .hasSize(fellBack ? size : Math.min(answer.top(), size));
    if (fellBack) {
      assertThat(ranking.ids()).as(text).isEqualTo(answer.request().ids());
    }
  }
}
