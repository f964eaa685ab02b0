package dev.rpdr;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The same call may succeed later: a rate limit, a timeout, a server that is down. */
public class RetriableException extends RpdrException {
  private static final long serialVersionUID = 2L;

  private final @Nullable Duration retryAfter;

  public RetriableException(String message) {
    this(message, null);
  }

  public RetriableException(String message, @Nullable Throwable cause) {
    this(message, cause, null);
  }

  /**
   * @param retryAfter how long the service says to wait, ≥ 0, or null where it does not say
   */
  public RetriableException(
      String message, @Nullable Throwable cause, @Nullable Duration retryAfter) {
    super(message, cause);
    if (retryAfter != null && retryAfter.isNegative()) {
      throw new IllegalArgumentException("retryAfter must be >= 0, not " + retryAfter);
    }
    this.retryAfter = retryAfter;
  }

  /** How long the service says to wait before the call is repeated; null where it did not say. */
  public @Nullable Duration retryAfter() {
    return retryAfter;
  }
}
