package dev.rpdr.eval;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rpdr.Gold;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GoldRuleTest {
  private static final Gold BREAST_AND_OVARIAN =
      new Gold(List.of(Set.of("breast", "mamma"), Set.of("ovary")));

  @Test
  void oneIdIsRightAtItsPlaceUnderBothRules() {
    for (GoldRule rule : GoldRule.values()) {
      assertThat(rule.rank(Gold.of("x"), List.of("a", "b", "x"))).isEqualTo(3);
      assertThat(rule.rank(Gold.of("x"), List.of("a"))).isZero();
      assertThat(rule.rank(Gold.of("x"), List.of())).isZero();
    }
  }

  @Test
  void anyAlternativeWillDoUnderBothRules() {
    for (GoldRule rule : GoldRule.values()) {
      assertThat(rule.rank(Gold.of("x", "y"), List.of("a", "y", "x"))).isEqualTo(2);
    }
  }

  @Test
  void lenientTakesTheFirstPartThatIsFound() {
    assertThat(GoldRule.LENIENT.rank(BREAST_AND_OVARIAN, List.of("a", "ovary", "mamma")))
        .isEqualTo(2);
    assertThat(GoldRule.LENIENT.rank(BREAST_AND_OVARIAN, List.of("a", "breast"))).isEqualTo(2);
    assertThat(GoldRule.LENIENT.rank(BREAST_AND_OVARIAN, List.of("a"))).isZero();
  }

  @Test
  void strictWaitsForTheLastPartAndNeedsAll() {
    assertThat(GoldRule.STRICT.rank(BREAST_AND_OVARIAN, List.of("a", "ovary", "mamma", "breast")))
        .isEqualTo(3);
    assertThat(GoldRule.STRICT.rank(BREAST_AND_OVARIAN, List.of("a", "breast"))).isZero();
  }
}
