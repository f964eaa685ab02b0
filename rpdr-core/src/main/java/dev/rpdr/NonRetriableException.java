package dev.rpdr;

import org.jspecify.annotations.Nullable;

/** Repeating the call will not help: a refused key, a full disk, an engine that cannot start. */
public class NonRetriableException extends RpdrException {
  private static final long serialVersionUID = 1L;

  public NonRetriableException(String message) {
    this(message, null);
  }

  public NonRetriableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
