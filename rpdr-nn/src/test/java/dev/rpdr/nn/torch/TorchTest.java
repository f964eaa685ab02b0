package dev.rpdr.nn.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class TorchTest {
  @Test
  void a_factor_outlives_garbage_collection_until_gradients_are_computed() throws Exception {
    // given
    Engine engine = DjlEngine.load();
    try (NDManager manager = engine.newBaseManager();
        GradientCollector collector = engine.newGradientCollector()) {
      List<NDArray> leaves = new ArrayList<>();
      NDArray sum = manager.zeros(new ai.djl.ndarray.types.Shape());
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
