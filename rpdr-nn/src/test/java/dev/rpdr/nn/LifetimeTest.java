package dev.rpdr.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LifetimeTest {
  private final AtomicInteger released = new AtomicInteger();
  private final Lifetime lifetime = new Lifetime("the thing", released::incrementAndGet);

  @Test
  void closingTwiceReleasesOnce() {
    lifetime.close();
    lifetime.close();
    assertThat(released).hasValue(1);
    assertThatThrownBy(() -> lifetime.during(() -> 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the thing is closed");
  }

  @Test
  void aRunningCallKeepsTheMemoryUntilItEnds() {
    int seen =
        lifetime.during(
            () -> {
              lifetime.close();
              return released.get();
            });
    assertThat(seen).isZero();
    assertThat(released).hasValue(1);
  }

  @Test
  void aFailedCallReleasesTheMemoryToo() {
    assertThatThrownBy(
            () ->
                lifetime.during(
                    () -> {
                      lifetime.close();
                      throw new IllegalArgumentException("bad");
                    }))
        .hasMessage("bad");
    assertThat(released).hasValue(1);
  }
}
