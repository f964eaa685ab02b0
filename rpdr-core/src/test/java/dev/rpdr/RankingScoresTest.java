package dev.rpdr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class RankingScoresTest {
  private static final Mention MENTION = Mention.of("tickly throat");
  private static final Entity COUGH = Entity.of("1", "Cough");
  private static final Entity FEVER = Entity.of("2", "Fever");
  private static final CandidateList REQUEST = CandidateList.of(MENTION, List.of(COUGH, FEVER));

  @Test
  void scoresComeBackInTheOrderThatIsAskedFor() {
    Ranking ranking = Ranking.byScore(REQUEST, new double[] {-1, 2});

    assertThat(ranking.scoresInOrder(REQUEST)).containsExactly(-1, 2);
    assertThat(ranking.scoresInOrder(CandidateList.of(MENTION, List.of(FEVER, COUGH))))
        .containsExactly(2, -1);
    assertThat(ranking.scoresInOrder(CandidateList.of(MENTION, List.of(FEVER)))).containsExactly(2);
  }

  @Test
  void whatWasLeftOutIsNamed() {
    Ranking ranking = Ranking.byPlaces(REQUEST, List.of(1), Outcome.ANSWERED);

    assertThatThrownBy(() -> ranking.scoresInOrder(REQUEST))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("a ranking left out '1' of 'tickly throat'");
  }
}
