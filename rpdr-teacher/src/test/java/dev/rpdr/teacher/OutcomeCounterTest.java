package dev.rpdr.teacher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rpdr.Outcome;
import dev.rpdr.Ranking;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OutcomeCounterTest {
  @Test
  void outcomesAndReasonsAreCounted() {
    OutcomeCounter counter = new OutcomeCounter();
    for (String reason : List.of("repeats dropped: 2; missing appended: 1", "repeats dropped: 1")) {
      counter.count(Ranking.byPlaces(Requests.sick(), List.of(0), new Outcome.Repaired(reason)));
    }
    counter.count(Ranking.byPlaces(Requests.sick(), List.of(0), Outcome.ANSWERED));

    assertThat(counter.total()).isEqualTo(3);
    assertThat(counter.outcomes()).isEqualTo(Map.of("answered", 1L, "repaired", 2L));
    assertThat(counter.reasons())
        .containsEntry("repeats dropped", 2L)
        .containsEntry("missing appended", 1L);
    assertThat(counter)
        .hasToString("3 rankings: answered 1, repaired 2 (missing appended 1, repeats dropped 2)");
  }

  @Test
  void nothingCountedIsSaidBriefly() {
    assertThat(new OutcomeCounter()).hasToString("0 rankings");
  }
}
