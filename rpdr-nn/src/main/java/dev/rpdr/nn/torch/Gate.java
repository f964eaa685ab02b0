package dev.rpdr.nn.torch;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Lets one call at a time through to what several threads share, and none after it was closed. A
 * thread may call again from within its call.
 */
public final class Gate {
  private final ReentrantLock lock = new ReentrantLock();
  private final String name;
  private boolean closed;

  /**
   * @param name of what is behind it, for the error after closing: {@code this graph}
   */
  public Gate(String name) {
    this.name = name;
  }

  /**
   * Calls once no other thread is inside.
   *
   * @throws IllegalStateException where it is closed
   */
  public <T> T pass(Supplier<T> call) {
    lock.lock();
    try {
      if (closed) {
        throw new IllegalStateException(name + " is closed");
      }
      return call.get();
    } finally {
      lock.unlock();
    }
  }

  /** Calls once no other thread in this process collects gradients. */
  public <T> T train(Supplier<T> call) {
    return pass(
        () -> {
          DjlEngine.TRAINING.lock();
          try {
            return call.get();
          } finally {
            DjlEngine.TRAINING.unlock();
          }
        });
  }

  /** Closes, once: later calls do nothing. */
  public void close(Runnable release) {
    lock.lock();
    try {
      if (!closed) {
        closed = true;
        release.run();
      }
    } finally {
      lock.unlock();
    }
  }
}
