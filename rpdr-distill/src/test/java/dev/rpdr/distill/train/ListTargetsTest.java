package dev.rpdr.distill.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ListTargetsTest {
  @Test
  void shorterListsAreFilledUpWithAbsentColumns() {
    ListTargets targets = ListTargets.of(List.of(new int[] {0, 1, 2}, new int[] {0, 3}));

    assertThat(targets.lists()).isEqualTo(2);
    assertThat(targets.width()).isEqualTo(3);
    assertThat(targets.isPresent(1, 1)).isTrue();
    assertThat(targets.isPresent(1, 2)).isFalse();
    assertThat(targets.isBefore(1, 0, 1)).isTrue();
    assertThat(targets.isBefore(1, 0, 2)).as("an absent column").isFalse();
  }

  @Test
  void theOrderIsDecidedUpToTheFirstTie() {
    ListTargets targets =
        ListTargets.of(
            List.of(new int[] {0, 1, 2, 3}, new int[] {0, 1, 4, 4}, new int[] {2, 2, 3, 4}));

    assertThat(targets.decided(0)).isEqualTo(3);
    assertThat(targets.decided(1)).isEqualTo(2);
    assertThat(targets.decided(2)).isZero();
  }

  @Test
  void badPlacesAreRefused() {
    assertThatThrownBy(() -> ListTargets.of(List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least one list");
    assertThatThrownBy(() -> ListTargets.of(List.of(new int[0])))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("list 0");
    assertThatThrownBy(() -> ListTargets.of(List.of(new int[] {0}, new int[] {0, 2, 1})))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("list 1 holds [0, 2, 1]");
  }
}
