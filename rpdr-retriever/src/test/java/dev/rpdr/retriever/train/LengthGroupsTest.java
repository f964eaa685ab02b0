package dev.rpdr.retriever.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rpdr.retriever.train.LengthGroups.Group;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LengthGroupsTest {
  @Test
  void textsOfOneLengthStayTogether() {
    int[] lengths = new int[50];
    Arrays.fill(lengths, 6);
    assertThat(LengthGroups.of(lengths, 10_000)).containsExactly(new Group(0, 50));
  }

  @Test
  void fewLongTextsDoNotPadTheShortOnes() {
    int[] lengths = new int[50];
    Arrays.fill(lengths, 0, 48, 5);
    Arrays.fill(lengths, 48, 50, 60);
    assertThat(LengthGroups.of(lengths, 10_000))
        .containsExactly(new Group(0, 48), new Group(48, 50));
  }

  @Test
  void groupsKeepToTheBudgetAndCoverAllInOrder() {
    Random random = new Random(3);
    for (int round = 0; round < 50; round++) {
      int[] lengths = random.ints(1 + random.nextInt(80), 3, 40).sorted().toArray();
      List<Group> groups = LengthGroups.of(lengths, 200);
      int next = 0;
      for (Group group : groups) {
        assertThat(group.from()).isEqualTo(next);
        next = group.to();
        assertThat((group.to() - group.from()) * lengths[group.to() - 1]).isLessThanOrEqualTo(200);
      }
      assertThat(next).isEqualTo(lengths.length);
    }
  }

  @Test
  void aTextBeyondTheBudgetStandsAlone() {
    assertThat(LengthGroups.of(new int[] {5, 500}, 100))
        .containsExactly(new Group(0, 1), new Group(1, 2));
  }
}
