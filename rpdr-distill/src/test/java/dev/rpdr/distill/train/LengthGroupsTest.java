package dev.rpdr.distill.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rpdr.nn.TokenSequence;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LengthGroupsTest {
  @Test
  void sequencesArePartedByLengthAndFoundAgain() {
    List<TokenSequence> sequences = new ArrayList<>();
    for (int length : new int[] {9, 3, 7, 3, 5}) {
      sequences.add(TokenSequence.of(new long[length], new long[length]));
    }
    for (int count = 1; count <= 7; count++) {
      LengthGroups groups = LengthGroups.of(sequences, count);

      List<TokenSequence> all = groups.parts().stream().flatMap(List::stream).toList();
      assertThat(groups.parts()).hasSize(Math.min(count, 5)).noneMatch(List::isEmpty);
      assertThat(all.stream().map(TokenSequence::length).toList()).isSorted();
      for (int i = 0; i < sequences.size(); i++) {
        assertThat(all.get((int) groups.rows()[i])).isSameAs(sequences.get(i));
      }
    }
  }
}
