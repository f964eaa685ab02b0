package dev.rpdr.teacher.call;

import dev.failsafe.RateLimiter;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Limits on requests and tokens a minute, spread evenly. Thread-safe. */
final class RateLimits {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final @Nullable RateLimiter<Object> requests;
  private final @Nullable RateLimiter<Object> tokens;

  /** Limits a minute; 0 is none. */
  RateLimits(long requestsPerMinute, long tokensPerMinute) {
    requests = limiter(requestsPerMinute);
    tokens = limiter(tokensPerMinute);
  }

  /** Takes a place for a request of so many tokens, and says how long it has to wait for it. */
  Duration reserve(int estimatedTokens) {
    Duration first = requests == null ? Duration.ZERO : requests.reservePermit();
    Duration second =
        tokens == null || estimatedTokens == 0
            ? Duration.ZERO
            : tokens.reservePermits(estimatedTokens);
    return first.compareTo(second) > 0 ? first : second;
  }

  /** What a request used beyond its estimate delays those that follow. */
  void overrun(int moreTokens) {
    if (tokens != null && moreTokens > 0) {
      tokens.reservePermits(moreTokens);
    }
  }

  boolean countTokens() {
    return tokens != null;
  }

  private static @Nullable RateLimiter<Object> limiter(long perMinute) {
    return perMinute == 0 ? null : RateLimiter.smoothBuilder(perMinute, MINUTE).build();
  }
}
