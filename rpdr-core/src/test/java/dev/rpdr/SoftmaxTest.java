package dev.rpdr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class SoftmaxTest {
  @Test
  void logarithmsAreThoseCountedByHand() {
    // e^(ln 6) : e^(ln 3) : e^0 = 6 : 3 : 1
    double[] logs = Softmax.log(new double[] {Math.log(6), Math.log(3), 0}, 1);

    assertThat(logs)
        .containsExactly(new double[] {Math.log(.6), Math.log(.3), Math.log(.1)}, within(1e-12));
    assertThat(Softmax.log(new double[] {.05 * Math.log(3), 0}, .05))
        .containsExactly(new double[] {Math.log(.75), Math.log(.25)}, within(1e-12));
    assertThat(Softmax.log(new double[0], 1)).isEmpty();
  }

  @Test
  void greatScoresDoNotOverflow() {
    assertThat(Softmax.log(new double[] {1000, 1000}, 1))
        .containsExactly(new double[] {-Math.log(2), -Math.log(2)}, within(1e-12));
    assertThat(Softmax.log(new double[] {0, -1e6}, 1)).containsExactly(0, -1e6);
  }

  @Test
  void whatIsNoNumberIsNamed() {
    assertThatThrownBy(() -> Softmax.log(new double[] {0, 1e308}, .01))
        .isInstanceOf(ArithmeticException.class)
        .hasMessage("the score 1.0E308 divided by the temperature 0.01 is no finite number");
    assertThatThrownBy(() -> Softmax.log(new double[] {1, Double.NaN}, 1))
        .isInstanceOf(ArithmeticException.class)
        .hasMessageContaining("NaN");
  }
}
