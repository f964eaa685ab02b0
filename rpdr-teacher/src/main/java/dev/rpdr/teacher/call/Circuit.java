package dev.rpdr.teacher.call;

import dev.failsafe.CircuitBreaker;
import java.time.Duration;

/**
 * Failsafe's circuit breaker, with a last pause after which it stays open. Not thread-safe: the
 * guard calls it under its lock.
 */
final class Circuit {
  private static final Duration LEAST = Duration.ofNanos(1);

  private final CircuitRule rule;
  private final CircuitBreaker<Object> breaker;
  private int pauses;

  Circuit(CircuitRule rule) {
    this.rule = rule;
    breaker =
        CircuitBreaker.builder()
            .withFailureThreshold(rule.failures())
            .withDelay(rule.pause().isZero() ? LEAST : rule.pause())
            .withSuccessThreshold(1)
            .onOpen(event -> pauses++)
            .build();
  }

  /** Whether a request may be sent now. Where it may while half open, it is the one that tries. */
  boolean tryPass() {
    return breaker.tryAcquirePermit();
  }

  /** Whether the request that passed is the one that tries after a pause. */
  boolean isTrying() {
    return breaker.isHalfOpen();
  }

  /** How long the pause still lasts; none where a request is trying. */
  Duration remaining() {
    return breaker.getRemainingDelay();
  }

  void answered() {
    pauses = 0;
    breaker.recordSuccess();
    if (!breaker.isClosed()) {
      breaker.close(); // an answer to an earlier request says the same as that to the trying one
    }
  }

  void failed() {
    breaker.recordFailure();
  }

  /** Whether the last pause has begun in vain. */
  boolean isGivenUp() {
    return pauses > rule.pauses();
  }

  String describe() {
    return rule.failures()
        + " requests in a row failed"
        + (rule.pauses() == 0
            ? ""
            : ", and after each of " + rule.pauses() + " pauses of " + rule.pause() + " another");
  }
}
