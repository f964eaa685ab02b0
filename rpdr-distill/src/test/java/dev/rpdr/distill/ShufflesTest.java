package dev.rpdr.distill;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShufflesTest {
  private static final List<String> NAMES = List.of("a", "b", "c", "d", "e", "f");

  @Test
  void ordersDependOnTheMentionAndTheNamesAndNotOnTheirOrder() {
    List<List<String>> orders = Shuffles.of("mention", NAMES, 4);
    List<String> backwards = new ArrayList<>(NAMES);
    Collections.reverse(backwards);

    assertThat(Shuffles.of("mention", backwards, 4)).isEqualTo(orders);
    assertThat(Shuffles.of("another", NAMES, 4)).isNotEqualTo(orders);
    assertThat(orders)
        .hasSize(4)
        .allMatch(order -> new HashSet<>(order).equals(new HashSet<>(NAMES)));
    assertThat(new HashSet<>(orders)).hasSize(4);
  }

  @Test
  void eachSecondOrderIsTheOneBeforeItBackwards() {
    List<List<String>> orders = Shuffles.of("mention", NAMES, 3);
    List<String> backwards = new ArrayList<>(orders.get(0));
    Collections.reverse(backwards);

    assertThat(orders.get(1)).isEqualTo(backwards);
    assertThat(orders.get(2)).isNotEqualTo(orders.get(0)).isNotEqualTo(orders.get(1));
  }

  @Test
  void aSingleNameHasOneOrder() {
    assertThat(Shuffles.of("mention", List.of("a"), 8)).containsExactly(List.of("a"));
    assertThat(Shuffles.of("mention", List.of(), 8)).containsExactly(List.of());
  }
}
