package dev.rpdr.nn.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class TorchTest {
  @Test
  void a_factor_outlives_garbage_collection_until_gradients_are_computed() throws Exception {
    // given
    Engine engine = DjlEngine.load();
    try (NDManager manager = engine.newBaseManager();
        GradientCollector collector = engine.newGradientCollector()) {
      List<NDArray> leaves = new ArrayList<>();
      NDArray sum = manager.zeros(new Shape());
      for (int i = 0; i < 2000; i++) {
        NDArray leaf = Torch.leaf(manager.create(2f));
        leaves.add(leaf);
        sum = sum.add(Torch.times(Torch.reciprocal(leaf), -12));
      }
      // when
      overwriteFreedMemory();
      collector.backward(sum);
      // then
      assertThat(sum.getFloat()).isCloseTo(-12_000, within(1f));
      for (NDArray leaf : leaves) {
        assertThat(Objects.requireNonNull(Torch.gradient(leaf)).getFloat()).isEqualTo(3f);
      }
    }
  }

  @Test
  void gradients_pass_through_casts() {
    Engine engine = DjlEngine.load();
    try (NDManager manager = engine.newBaseManager();
        GradientCollector collector = engine.newGradientCollector()) {
      for (UnaryOperator<NDArray> narrowing :
          List.<UnaryOperator<NDArray>>of(Torch::toBrain, Torch::toHalf, Torch::toFloat)) {
        // given
        NDArray leaf = Torch.leaf(manager.create(new float[] {1, 2, 3}));
        // when
        NDArray narrow = narrowing.apply(leaf);
        NDArray wide = Torch.toFloat(narrow.mul(narrow));
        collector.backward(wide.sum());
        // then
        assertThat(wide.toFloatArray()).containsExactly(1, 4, 9);
        assertThat(Objects.requireNonNull(Torch.gradient(leaf)).toFloatArray())
            .containsExactly(2, 4, 6);
      }
    }
  }

  @Test
  void bfloat16_rounds_to_8_bits_and_keeps_the_range_of_32() {
    Engine engine = DjlEngine.load();
    try (NDManager manager = engine.newBaseManager()) {
      NDArray x = manager.create(new float[] {1f, 1.00390625f, 1.01171875f, -257f, 3e38f, 1e-30f});
      float[] rounded = Torch.toFloat(Torch.toBrain(x)).toFloatArray();
      assertThat(rounded).startsWith(1f, 1f, 1.015625f, -256f);
      assertThat(rounded[4]).isCloseTo(3e38f, within(1e36f));
      assertThat(rounded[5]).isCloseTo(1e-30f, within(4e-33f));
    }
  }

  @Test
  void a_copy_takes_the_type_of_where_it_goes() {
    Engine engine = DjlEngine.load();
    try (NDManager manager = engine.newBaseManager()) {
      // given
      NDArray target = Torch.toBrain(manager.zeros(new Shape(5)));
      // when
      Torch.copyInto(
          Torch.slice(target, 0, 1, 4, 1), manager.create(new float[] {1, 257, 1.00390625f}));
      // then
      assertThat(Torch.toFloat(target).toFloatArray()).containsExactly(0, 1, 256, 1, 0);
    }
  }

  @Test
  void a_script_that_PyTorch_does_not_understand_is_refused() {
    assertThatThrownBy(() -> Script.of("x", "return torch.no_such_operation(x)"))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("no_such_operation");
  }

  /** What was allocated off the heap and has no owner left is freed and written over. */
  private static void overwriteFreedMemory() throws InterruptedException {
    for (int round = 0; round < 3; round++) {
      System.gc();
      Thread.sleep(50);
      List<ByteBuffer> buffers = new ArrayList<>();
      for (int i = 0; i < 4000; i++) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(4);
        buffer.putInt(0, 0x7fc00000);
        buffers.add(buffer);
      }
      assertThat(buffers).hasSize(4000);
    }
  }
}
