package dev.rpdr;

import org.jspecify.annotations.Nullable;

/** A file does not hold what it should; the message names the file and, where known, the line. */
public class DataFormatException extends NonRetriableException {
  private static final long serialVersionUID = 1L;

  public DataFormatException(String message) {
    this(message, null);
  }

  public DataFormatException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
