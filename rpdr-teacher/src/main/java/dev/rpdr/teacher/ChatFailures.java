package dev.rpdr.teacher;

import dev.langchain4j.exception.HttpException;
import dev.langchain4j.exception.RetriableException;
import dev.langchain4j.exception.UnresolvedModelServerException;
import dev.rpdr.NonRetriableException;
import dev.rpdr.RpdrException;
import dev.rpdr.teacher.call.LostReplyException;
import dev.rpdr.teacher.call.RefusedException;
import java.io.IOException;
import java.net.ConnectException;

/** Sorts what a chat model throws by whether asking again may help, and whether it may cost. */
final class ChatFailures {
  private static final int TIMEOUT = 408;
  private static final int TOO_EARLY = 425;
  private static final int RATE_LIMIT = 429;
  private static final int SERVER_ERROR = 500;

  private ChatFailures() {}

  /** Whether a request that got this status may succeed later. */
  static boolean isRetriable(int status) {
    return status == TIMEOUT
        || status == TOO_EARLY
        || status == RATE_LIMIT
        || status >= SERVER_ERROR;
  }

  /**
   * The exception to throw instead, with {@code failure} as its cause. Retriable are rate limits,
   * timeouts, server errors, servers that cannot be reached, broken connections and bodies that are
   * no JSON (Jackson's exceptions are I/O exceptions) or not what the protocol has.
   *
   * @param teacher who failed, for the message
   */
  static RpdrException of(String teacher, String subject, RuntimeException failure) {
    String what = teacher + " gave no answer for '" + subject + "': " + message(failure);
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof InterruptedException) {
        Thread.currentThread().interrupt();
        return new NonRetriableException(what, failure);
      }
      if (cause instanceof RefusedException refused) {
        return new RefusedException(what, failure, refused.status(), refused.retryAfter());
      }
      if (cause instanceof LostReplyException) {
        return new LostReplyException(what, failure);
      }
      if (cause instanceof NonRetriableException) {
        return new NonRetriableException(what, failure);
      }
      if (cause instanceof HttpException http) {
        return isRetriable(http.statusCode())
            ? new RefusedException(what, failure, http.statusCode(), null)
            : new NonRetriableException(what, failure);
      }
      if (cause instanceof ConnectException
          || cause instanceof UnresolvedModelServerException
          || cause instanceof dev.rpdr.RetriableException) {
        return new dev.rpdr.RetriableException(what, failure);
      }
      if (cause instanceof IOException
          || cause instanceof NullPointerException
          || cause instanceof IndexOutOfBoundsException) {
        return new LostReplyException(what, failure);
      }
    }
    return failure instanceof RetriableException
        ? new LostReplyException(what, failure)
        : new NonRetriableException(what, failure);
  }

  private static String message(Throwable failure) {
    if (failure instanceof RpdrException) {
      return String.valueOf(failure.getMessage());
    }
    String kind = failure.getClass().getSimpleName();
    return failure.getMessage() == null ? kind : kind + ", " + failure.getMessage();
  }
}
