package dev.rpdr.retriever;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rpdr.Mention;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class MentionEncoderTest {
  @Test
  void theWindowLiesAroundTheMention() {
    assertThat(window("I had bad leg cramps all night", 10, 20, 4)).isEqualTo("bad leg cramps all");
    assertThat(window("I had bad leg cramps all night", 10, 20, Integer.MAX_VALUE))
        .isEqualTo("I had bad leg cramps all night");
    assertThat(window("leg cramps", 0, 10, 0)).isEqualTo("leg cramps");
  }

  @Test
  void aCharacterOfTwoUnitsIsNotCut() {
    assertThat(window("x😴 pain 😴y", 4, 8, 2)).isEqualTo("😴 pain 😴");
  }

  private static String window(String text, int start, int end, int size) {
    return MentionEncoder.window(
        Objects.requireNonNull(Mention.in(text, start, end).context()), size);
  }
}
