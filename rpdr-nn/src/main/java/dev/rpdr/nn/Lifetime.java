package dev.rpdr.nn;

import java.util.function.Supplier;

/**
 * Keeps native memory alive while calls use it. Closing waits for nobody: it refuses calls to come,
 * and the last call still running releases the memory. Thread-safe.
 */
final class Lifetime {
  private final String what;
  private final Runnable release;
  private int users;
  private boolean closed;

  /**
   * @param what named in the error of a call after closing
   * @param release runs exactly once
   */
  Lifetime(String what, Runnable release) {
    this.what = what;
    this.release = release;
  }

  /** Runs a call that needs the memory. */
  <T> T during(Supplier<T> call) {
    enter();
    try {
      return call.get();
    } finally {
      exit();
    }
  }

  /** Refuses further calls; a second time it does nothing. */
  void close() {
    boolean last;
    synchronized (this) {
      last = !closed && users == 0;
      closed = true;
    }
    if (last) {
      release.run();
    }
  }

  private synchronized void enter() {
    if (closed) {
      throw new IllegalStateException(what + " is closed");
    }
    users++;
  }

  private void exit() {
    boolean last;
    synchronized (this) {
      users--;
      last = closed && users == 0;
    }
    if (last) {
      release.run();
    }
  }
}
