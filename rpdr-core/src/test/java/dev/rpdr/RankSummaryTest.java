package dev.rpdr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RankSummaryTest {
  @Test
  void sharesAreCountedByHand() {
    RankSummary summary = RankSummary.of(new int[] {1, 2, 0, 6, 1});

    assertThat(summary.n()).isEqualTo(5);
    assertThat(summary.at1()).isEqualTo(.4);
    assertThat(summary.at5()).isEqualTo(.6);
    assertThat(summary.meanReciprocalRank()).isCloseTo((2 + .5 + 1 / 6.0) / 5, within(1e-12));
    assertThat(summary).hasToString("0.4000 / 0.6000");
  }

  @Test
  void theFirstPlaceCountsMostThenTheFirstFiveThenTheReciprocalRank() {
    RankSummary worst = RankSummary.of(new int[] {1, 0});
    RankSummary byFive = RankSummary.of(new int[] {1, 5});
    RankSummary byReciprocal = RankSummary.of(new int[] {1, 2});
    RankSummary best = RankSummary.of(new int[] {1, 1});

    assertThat(List.of(byReciprocal, best, worst, byFive).stream().sorted(RankSummary.BY_ACCURACY))
        .containsExactly(worst, byFive, byReciprocal, best);
  }

  @Test
  void whatIsNoListOfRanksIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RankSummary.of(new int[0]))
        .withMessage("there are no ranks to sum up");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RankSummary.of(new int[] {1, -1}))
        .withMessage("a rank must be >= 0, not -1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RankSummary(1, 1.5, 1, 1))
        .withMessage("at1 must be 0 to 1, not 1.5");
  }

  @Test
  void anyIdOfAnyPartIsRightForARank() {
    Gold gold = new Gold(List.of(Set.of("a"), new LinkedHashSet<>(List.of("b", "c"))));

    assertThat(gold.rankIn(List.of("x", "c", "a"))).isEqualTo(2);
    assertThat(gold.rankIn(List.of("x"))).isZero();
  }

  @Test
  void aRankCountsWhatIsAboveTheBestRightOne() {
    boolean[] right = {false, true, false, true};

    assertThat(RankSummary.rankOf(new double[] {4, 1, 2, 3}, right)).isEqualTo(2);
    assertThat(RankSummary.rankOf(new double[] {3, 3, 3, 3}, right)).isEqualTo(2);
    assertThat(RankSummary.rankOf(new double[] {1, 2}, new boolean[2])).isZero();
    assertThat(Gold.of("b", "d").rightAmong(List.of("a", "b", "c", "d"))).isEqualTo(right);
  }
}
