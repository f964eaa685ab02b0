package dev.rpdr.teacher.call;

import java.time.Duration;
import java.util.Objects;

/**
 * How often and after what time a failed request is tried again: the first wait doubles with every
 * retry up to the longest; each is spread at random by a quarter either way. Where the service says
 * how long to wait ({@code Retry-After}), at least that long is waited instead.
 *
 * @param retries of one call, ≥ 0; what the circuit tries after a pause does not count
 * @param first wait, ≥ 0
 * @param longest wait, ≥ first
 * @param longestRetryAfter where the service says to wait longer than this, the call fails and says
 *     so, ≥ 0
 */
public record RetryRule(int retries, Duration first, Duration longest, Duration longestRetryAfter) {
  /** 8 retries, after 1, 2, 4, … and at most 60 seconds; up to an hour where the service says. */
  public static final RetryRule DEFAULT =
      new RetryRule(8, Duration.ofSeconds(1), Duration.ofSeconds(60), Duration.ofHours(1));

  /** No second try. */
  public static final RetryRule NEVER = DEFAULT.withRetries(0);

  public RetryRule {
    if (retries < 0) {
      throw new IllegalArgumentException("retries must be >= 0, not " + retries);
    }
    if (Objects.requireNonNull(first, "first").isNegative()) {
      throw new IllegalArgumentException("the first wait must be >= 0, not " + first);
    }
    if (Objects.requireNonNull(longest, "longest").compareTo(first) < 0) {
      throw new IllegalArgumentException(
          "the longest wait must be >= the first, " + first + ", not " + longest);
    }
    if (Objects.requireNonNull(longestRetryAfter, "longestRetryAfter").isNegative()) {
      throw new IllegalArgumentException(
          "longestRetryAfter must be >= 0, not " + longestRetryAfter);
    }
  }

  /** This rule with another number of retries. */
  public RetryRule withRetries(int newRetries) {
    return new RetryRule(newRetries, first, longest, longestRetryAfter);
  }

  /** This rule with other waits. */
  public RetryRule withWaits(Duration newFirst, Duration newLongest) {
    return new RetryRule(retries, newFirst, newLongest, longestRetryAfter);
  }
}
