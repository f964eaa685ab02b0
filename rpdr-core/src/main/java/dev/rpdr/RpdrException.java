package dev.rpdr;

import org.jspecify.annotations.Nullable;

/**
 * The root of everything this library throws for reasons outside the caller's code. It is split by
 * what the caller can do: {@link RetriableException} says that the same call may succeed later,
 * {@link NonRetriableException} that it will not until something is changed.
 *
 * <p>A bad argument is reported by {@link IllegalArgumentException} at the call, a missing part of
 * a pipeline by {@link IllegalStateException}. Messages never hold a secret.
 */
public abstract class RpdrException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RpdrException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
