package dev.rpdr.distill.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LbfgsTest {
  @Test
  void findsTheMinimumOfAQuadraticOfVeryDifferentCurvatures() {
    double[] found =
        Lbfgs.minimise(
            (point, slope) -> {
              double value = 0;
              for (int i = 0; i < point.length; i++) {
                double curvature = Math.pow(10, i);
                double off = point[i] - i;
                value += curvature * off * off / 2;
                slope[i] = curvature * off;
              }
              return value;
            },
            new double[5]);

    for (int i = 0; i < found.length; i++) {
      assertThat(found[i]).isCloseTo(i, within(1e-3));
    }
  }

  /** Rosenbrock's valley, whose minimum is at 1, 1. */
  @Test
  void followsABentValley() {
    double[] found =
        Lbfgs.minimise(
            (point, slope) -> {
              double x = point[0];
              double y = point[1];
              slope[0] = -2 * (1 - x) - 400 * x * (y - x * x);
              slope[1] = 200 * (y - x * x);
              return (1 - x) * (1 - x) + 100 * (y - x * x) * (y - x * x);
            },
            new double[] {-1.2, 1});

    assertThat(found[0]).isCloseTo(1, within(1e-2));
    assertThat(found[1]).isCloseTo(1, within(2e-2));
  }

  @Test
  void staysWhereItIsFlatAndLeavesTheStartAlone() {
    double[] start = {3, 4};

    double[] found =
        Lbfgs.minimise(
            (point, slope) -> {
              slope[0] = 0;
              slope[1] = 0;
              return 7;
            },
            start);

    assertThat(found).containsExactly(3, 4).isNotSameAs(start);
  }
}
