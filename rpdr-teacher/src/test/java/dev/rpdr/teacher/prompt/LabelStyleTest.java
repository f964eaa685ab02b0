package dev.rpdr.teacher.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class LabelStyleTest {
  @Test
  void lettersGoOnAfterZ() {
    assertThat(LabelStyle.LETTERS.label(0)).isEqualTo("A");
    assertThat(LabelStyle.LETTERS.label(25)).isEqualTo("Z");
    assertThat(LabelStyle.LETTERS.label(26)).isEqualTo("AA");
    assertThat(LabelStyle.LETTERS.label(701)).isEqualTo("ZZ");
    assertThat(LabelStyle.LETTERS.label(702)).isEqualTo("AAA");
    assertThat(LabelStyle.NUMBERS.label(9)).isEqualTo("10");
  }

  @Test
  void aLabelAndItsPlaceBelongTogether() {
    for (LabelStyle style : LabelStyle.values()) {
      for (int place = 0; place < 1000; place++) {
        assertThat(style.place(style.label(place))).isEqualTo(place);
      }
    }
    assertThat(LabelStyle.NUMBERS.place("0")).isEqualTo(Integer.MAX_VALUE);
    assertThat(LabelStyle.NUMBERS.place("A")).isEqualTo(-1);
    assertThat(LabelStyle.LETTERS.place("a")).isEqualTo(-1);
  }

  @Test
  void anUnknownStyleIsRefusedWithThoseThatAreKnown() {
    assertThat(LabelStyle.of("numbers")).isEqualTo(LabelStyle.NUMBERS);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LabelStyle.of("roman"))
        .withMessage("labels 'roman' are unknown; known are letters, numbers");
    assertThatIllegalArgumentException().isThrownBy(() -> LabelStyle.LETTERS.label(-1));
  }
}
