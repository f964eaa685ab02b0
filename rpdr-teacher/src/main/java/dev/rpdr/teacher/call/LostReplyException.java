package dev.rpdr.teacher.call;

import dev.rpdr.RetriableException;
import org.jspecify.annotations.Nullable;

/**
 * A request was sent and no reply came that could be read: a timeout, a dropped connection, a
 * broken body. Asking again may help; whether the lost reply is charged is unknown.
 */
public class LostReplyException extends RetriableException {
  private static final long serialVersionUID = 1L;

  public LostReplyException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
