package dev.rpdr.teacher.call;

import java.time.Duration;
import java.util.Objects;

/**
 * When a service counts as failing, and when a run is given up. After {@code failures} failed
 * requests in a row, over all threads, nothing is sent for {@code pause}; then a single request
 * tries. If it fails too, the pause begins anew, until {@code pauses} of them have passed without
 * an answer and the run is stopped.
 *
 * @param failures in a row, ≥ 1
 * @param pause how long nothing is sent, ≥ 0
 * @param pauses how many pauses without an answer a run survives, ≥ 0
 */
public record CircuitRule(int failures, Duration pause, int pauses) {
  /** 10 failures; 20 pauses of 30 seconds, so that an outage of ten minutes is survived. */
  public static final CircuitRule DEFAULT = new CircuitRule(10, Duration.ofSeconds(30), 20);

  public CircuitRule {
    if (failures < 1) {
      throw new IllegalArgumentException("failures must be >= 1, not " + failures);
    }
    if (Objects.requireNonNull(pause, "pause").isNegative()) {
      throw new IllegalArgumentException("pause must be >= 0, not " + pause);
    }
    if (pauses < 0) {
      throw new IllegalArgumentException("pauses must be >= 0, not " + pauses);
    }
  }
}
