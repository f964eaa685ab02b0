package dev.rpdr.teacher.call;

import dev.rpdr.NonRetriableException;
import dev.rpdr.RetriableException;
import dev.rpdr.teacher.call.StoppedException.Reason;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/**
 * Where all requests of a guard pass one by one: lets them through while the circuit is closed,
 * makes calls wait, counts, and stays shut once the run is stopped. Thread-safe.
 */
final class Gate {
  private static final int KEPT_FAILURES = 3;
  private static final long LEAST_NANOS = 1_000_000;
  private static final int MILLI = 1_000_000;

  private final Circuit circuit;
  private final Deque<String> lastFailures = new ArrayDeque<>();
  private boolean cancelled;
  private long requests;
  private long answers;
  private long failures;

  Gate(CircuitRule rule) {
    circuit = new Circuit(rule);
  }

  /**
   * Waits until a request may be sent, and counts it.
   *
   * @param waiting is told once, without the gate's lock, if there is something to wait for
   * @return whether it is the one that tries after a pause
   * @throws StoppedException if the run is stopped
   */
  boolean pass(Consumer<Duration> waiting) {
    boolean told = false;
    while (true) {
      Duration remaining;
      synchronized (this) {
        requireRunning();
        if (circuit.tryPass()) {
          requests++;
          return circuit.isTrying();
        }
        remaining = circuit.remaining();
        if (told) {
          await(Math.max(LEAST_NANOS, remaining.toNanos()));
          continue;
        }
      }
      waiting.accept(remaining);
      told = true;
    }
  }

  /**
   * Waits for a time, less where the run is cancelled.
   *
   * @throws StoppedException if the run is cancelled
   */
  synchronized void pause(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    for (long left = time.toNanos(); left > 0 && !cancelled; left = end - System.nanoTime()) {
      await(left);
    }
    if (cancelled) {
      requireRunning();
    }
  }

  synchronized void answered() {
    answers++;
    circuit.answered();
    notifyAll();
  }

  synchronized void failed(RetriableException failure) {
    failures++;
    circuit.failed();
    lastFailures.addLast(String.valueOf(failure.getMessage()));
    if (lastFailures.size() > KEPT_FAILURES) {
      lastFailures.removeFirst();
    }
    notifyAll();
  }

  /**
   * A request failed for a reason of its own.
   *
   * @param trying whether the circuit waits for its result
   */
  synchronized void failedForGood(boolean trying) {
    failures++;
    if (trying) {
      circuit.failed();
    }
  }

  synchronized void cancel() {
    cancelled = true;
    notifyAll();
  }

  synchronized CallCounts counts() {
    return new CallCounts(requests, answers, failures);
  }

  synchronized StoppedException stopped(Reason reason, String message) {
    List<String> last = reason == Reason.FAILING ? List.copyOf(lastFailures) : List.of();
    return new StoppedException(reason, message, answers, last);
  }

  private void requireRunning() {
    if (cancelled) {
      throw stopped(Reason.CANCELLED, "cancelled");
    }
    if (circuit.isGivenUp()) {
      throw stopped(Reason.FAILING, "the service fails: " + circuit.describe());
    }
  }

  /** Waits under the lock until something changes, at most for a time. */
  private synchronized void await(long nanos) {
    try {
      wait(nanos / MILLI, (int) (nanos % MILLI));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NonRetriableException("interrupted while waiting to ask the teacher", e);
    }
  }
}
