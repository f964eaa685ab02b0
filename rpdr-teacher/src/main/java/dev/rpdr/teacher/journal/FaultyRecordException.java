package dev.rpdr.teacher.journal;

import dev.rpdr.DataFormatException;
import org.jspecify.annotations.Nullable;

/** A line that is no record, and in which way it is not. */
final class FaultyRecordException extends DataFormatException {
  private static final long serialVersionUID = 1L;

  private final JournalFault.Kind kind;

  FaultyRecordException(JournalFault.Kind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  JournalFault.Kind kind() {
    return kind;
  }
}
