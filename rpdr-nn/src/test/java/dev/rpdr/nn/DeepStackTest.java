package dev.rpdr.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class DeepStackTest {
  @Test
  void aModelOpensOnAThreadOfLittleStack() throws Exception {
    CompletableFuture<Integer> dimension = new CompletableFuture<>();
    Runnable open =
        () -> {
          try (TextEncoder encoder =
              TextEncoder.open(ModelFiles.maven("all-minilm-l6-v2"), EncoderOptions.mean())) {
            dimension.complete(encoder.dimension());
          } catch (RuntimeException e) {
            dimension.completeExceptionally(e);
          }
        };

    Thread thread = new Thread(null, open, "little-stack", 512 << 10);
    thread.start();
    thread.join();

    assertThat(dimension.get()).isEqualTo(384);
  }

  @Test
  void whatIsDeclaredIsThrownAsItIs() {
    IOException declared = new IOException("no");

    assertThatThrownBy(
            () ->
                DeepStack.call(
                    () -> {
                      throw declared;
                    },
                    IOException.class))
        .isSameAs(declared);
    assertThatThrownBy(
            () ->
                DeepStack.call(
                    () -> {
                      throw new IllegalArgumentException("bad");
                    },
                    IOException.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("bad");
  }

  @Test
  void anInterruptIsKept() throws IOException {
    Thread.currentThread().interrupt();

    assertThat(DeepStack.call(() -> 1, IOException.class)).isEqualTo(1);
    assertThat(Thread.interrupted()).isTrue();
  }
}
