package dev.rpdr.teacher;

import dev.rpdr.NonRetriableException;
import dev.rpdr.RetriableException;
import dev.rpdr.RpdrException;
import java.io.IOException;

/** Sorts what a chat model throws by whether asking again may help. */
final class ChatFailures {
  private ChatFailures() {}

  /**
   * The exception to throw instead, with {@code failure} as its cause. Retriable are rate limits,
   * timeouts, server errors, servers that cannot be reached, broken connections and bodies that are
   * no JSON (Jackson's exceptions are I/O exceptions).
   *
   * @param teacher who failed, for the message
   */
  static RpdrException of(String teacher, String mention, RuntimeException failure) {
    String what = teacher + " gave no answer for '" + mention + "': " + message(failure);
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof InterruptedException) {
        Thread.currentThread().interrupt();
        return new NonRetriableException(what, failure);
      }
      if (cause instanceof dev.langchain4j.exception.RetriableException
          || cause instanceof dev.langchain4j.exception.UnresolvedModelServerException
          || cause instanceof IOException
          || cause instanceof NullPointerException
          || cause instanceof IndexOutOfBoundsException) {
        return new RetriableException(what, failure);
      }
    }
    return new NonRetriableException(what, failure);
  }

  private static String message(Throwable failure) {
    String kind = failure.getClass().getSimpleName();
    return failure.getMessage() == null ? kind : kind + ", " + failure.getMessage();
  }
}
