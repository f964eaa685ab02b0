package dev.rpdr.nn;

import java.util.concurrent.atomic.AtomicInteger;

/** Counts the native tokenizers and sessions that are open, so that a test can see a leak. */
final class OpenHandles {
  private static final AtomicInteger OPEN = new AtomicInteger();

  private OpenHandles() {}

  /** Counts a handle just opened; what is returned releases it and uncounts it. */
  static Runnable track(Runnable release) {
    OPEN.incrementAndGet();
    return () -> {
      OPEN.decrementAndGet();
      release.run();
    };
  }

  static int count() {
    return OPEN.get();
  }
}
