package dev.rpdr.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class TokenBatchTest {
  @Test
  void shortSequencesArePaddedOnTheRight() {
    TokenSequence two = TokenSequence.of(new long[] {5, 6}, new long[] {0, 1});
    TokenSequence three = TokenSequence.of(new long[] {7, 8, 9}, new long[] {0, 0, 1});

    TokenBatch batch = TokenBatch.pad(List.of(two, three), 1);

    assertThat(batch.size()).isEqualTo(2);
    assertThat(batch.width()).isEqualTo(3);
    assertThat(batch.ids()).containsExactly(5, 6, 1, 7, 8, 9);
    assertThat(batch.mask()).containsExactly(1, 1, 0, 1, 1, 1);
    assertThat(batch.typeIds()).containsExactly(0, 1, 0, 0, 0, 1);
  }

  @Test
  void badSequencesAreRefused() {
    assertThatThrownBy(() -> TokenBatch.pad(List.of(), 0)).hasMessageContaining("at least one");
    assertThatThrownBy(() -> TokenSequence.of(new long[2], new long[3]))
        .hasMessageContaining("2 and 3");
    assertThatThrownBy(() -> TokenSequence.of(new long[] {-4}, new long[1]))
        .hasMessageContaining("not -4");
  }
}
