package dev.rpdr.teacher.call;

import dev.failsafe.Execution;
import dev.failsafe.RetryPolicy;
import dev.failsafe.RetryPolicyBuilder;
import dev.rpdr.RetriableException;
import java.time.Duration;

/** The retries of Failsafe by our rule. Thread-safe. */
final class Retries {
  private static final double JITTER = 0.25;

  /** Failsafe wants a wait that is more than none, and a longest that is more than the first. */
  private static final Duration LEAST = Duration.ofNanos(1);

  private final RetryRule rule;
  private final RetryPolicy<Object> policy;

  Retries(RetryRule rule) {
    this.rule = rule;
    RetryPolicyBuilder<Object> builder =
        RetryPolicy.builder()
            .handle(RetriableException.class)
            .withMaxRetries(rule.retries())
            .withJitter(JITTER)
            .withDelayFnOn(context -> asTold(context.getLastException()), RetriableException.class);
    Duration first = rule.first().isZero() ? LEAST : rule.first();
    policy =
        (rule.longest().compareTo(first) > 0
                ? builder.withBackoff(first, rule.longest())
                : builder.withDelay(first))
            .build();
  }

  /** The tries of one call. */
  Execution<Object> begin() {
    return Execution.of(policy);
  }

  boolean tooLong(RetriableException failure) {
    Duration told = failure.retryAfter();
    return told != null && told.compareTo(rule.longestRetryAfter()) > 0;
  }

  /** Long enough that jitter does not make it less than the service says; negative: as usual. */
  private static Duration asTold(Throwable failure) {
    Duration told = failure instanceof RetriableException e ? e.retryAfter() : null;
    return told == null
        ? Duration.ofNanos(-1)
        : Duration.ofNanos((long) Math.ceil(told.toNanos() / (1 - JITTER)));
  }
}
