package dev.rpdr.nn.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class HostTensorTest {
  private static final HostTensor MATRIX =
      HostTensor.of(new long[] {2, 3}, new long[] {1, 2, 3, 4, 5, 6});

  private static void equal(HostTensor tensor, long[] dims, long... data) {
    assertThat(tensor.dims()).containsExactly(dims);
    assertThat(tensor.data()).containsExactly(data);
  }

  private static long[] dims(long... dims) {
    return dims;
  }

  @Test
  void slices_forwards_and_backwards() {
    equal(MATRIX.slice(1, 1, Long.MAX_VALUE, 1), dims(2, 2), 2, 3, 5, 6);
    equal(MATRIX.slice(1, -1, -4, -1), dims(2, 3), 3, 2, 1, 6, 5, 4);
    equal(MATRIX.slice(1, 0, 3, 2), dims(2, 2), 1, 3, 4, 6);
    equal(MATRIX.slice(0, 5, 9, 1), dims(0, 3));
    equal(MATRIX.slice(0, -1, Long.MIN_VALUE, -1), dims(2, 3), 4, 5, 6, 1, 2, 3);
  }

  @Test
  void gathers_along_any_axis() {
    equal(MATRIX.gather(HostTensor.vector(1, 0), 0), dims(2, 3), 4, 5, 6, 1, 2, 3);
    equal(MATRIX.gather(HostTensor.vector(-1), 1), dims(2, 1), 3, 6);
    equal(MATRIX.gather(HostTensor.of(dims(), dims(1)), -1), dims(2), 2, 5);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MATRIX.gather(HostTensor.vector(3), 1))
        .withMessage("index 3 is outside 0..2");
  }

  @Test
  void broadcasts() {
    equal(
        HostTensor.zip(MATRIX, HostTensor.vector(1, 0, -1), Long::sum, false),
        dims(2, 3),
        2,
        2,
        2,
        5,
        5,
        5);
    equal(
        HostTensor.vector(1, 2).unsqueeze(dims(1)).expand(dims(2, 3)),
        dims(2, 3),
        1,
        1,
        1,
        2,
        2,
        2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HostTensor.broadcast(dims(2, 3), dims(2)))
        .withMessage("shapes [2, 3] and [2] cannot be broadcast together");
  }

  @Test
  void arranges() {
    equal(MATRIX.transpose(new int[] {1, 0}), dims(3, 2), 1, 4, 2, 5, 3, 6);
    equal(MATRIX.reshape(dims(0, -1, 1)), dims(2, 3, 1), 1, 2, 3, 4, 5, 6);
    equal(
        HostTensor.concat(List.of(MATRIX, MATRIX), 1).slice(0, 0, 1, 1),
        dims(1, 6),
        1,
        2,
        3,
        1,
        2,
        3);
    equal(MATRIX.unsqueeze(dims(0, -1)).squeeze(dims()), dims(2, 3), 1, 2, 3, 4, 5, 6);
    equal(MATRIX.unsqueeze(dims(-1)).squeeze(dims(2)), dims(2, 3), 1, 2, 3, 4, 5, 6);
  }

  @Test
  void sums() {
    equal(MATRIX.cumulativeSum(1), dims(2, 3), 1, 3, 6, 4, 9, 15);
    equal(MATRIX.cumulativeSum(0), dims(2, 3), 1, 2, 3, 5, 7, 9);
    equal(MATRIX.reduce(dims(1), true, Long::sum), dims(2, 1), 6, 15);
    equal(MATRIX.reduce(dims(0), false, Math::max), dims(3), 4, 5, 6);
    equal(MATRIX.reduce(dims(), false, (a, b) -> a * b), dims(), 720);
  }

  @Test
  void refuses_a_shape_that_does_not_hold_its_values() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HostTensor.of(dims(2, 2), dims(1)))
        .withMessage("shape [2, 2] does not hold 1 values");
  }
}
