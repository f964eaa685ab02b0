package dev.rpdr;

import org.jspecify.annotations.Nullable;

/** The same call may succeed later: a rate limit, a timeout, a server that is down. */
public class RetriableException extends RpdrException {
  private static final long serialVersionUID = 1L;

  public RetriableException(String message) {
    this(message, null);
  }

  public RetriableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
