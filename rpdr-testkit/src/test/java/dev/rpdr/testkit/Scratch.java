package dev.rpdr.testkit;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A field that callers share by mistake: what is put in may come out as another caller's. */
final class Scratch<T> {
  private volatile T field;

  Scratch(T value) {
    field = value;
  }

  T through(T value) {
    field = value;
    LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(200));
    return field;
  }
}
