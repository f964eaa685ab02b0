package dev.rpdr;

import org.jspecify.annotations.Nullable;

/**
 * A model cannot be used: a file is missing or not what it says it is, an input or output has
 * another shape than expected, an operator is not supported, a device is not there.
 */
public class ModelException extends NonRetriableException {
  private static final long serialVersionUID = 1L;

  public ModelException(String message) {
    this(message, null);
  }

  public ModelException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
