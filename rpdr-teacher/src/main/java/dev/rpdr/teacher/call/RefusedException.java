package dev.rpdr.teacher.call;

import dev.rpdr.RetriableException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The service refused a request for now (HTTP 408, 425, 429 or 5xx), which costs nothing. Asking
 * again may help.
 */
public class RefusedException extends RetriableException {
  private static final long serialVersionUID = 1L;

  private final int status;

  /**
   * @param status the HTTP status
   * @param retryAfter how long the service says to wait, or null where it does not say
   */
  public RefusedException(
      String message, @Nullable Throwable cause, int status, @Nullable Duration retryAfter) {
    super(message, cause, retryAfter);
    this.status = status;
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }
}
