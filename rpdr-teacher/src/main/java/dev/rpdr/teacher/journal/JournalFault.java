package dev.rpdr.teacher.journal;

import java.util.Objects;

/**
 * Something that is wrong in a journal.
 *
 * @param line the line, counted from 1
 * @param kind what kind of fault it is
 * @param message what is wrong, for people
 */
public record JournalFault(long line, Kind kind, String message) {
  public JournalFault {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(message, "message");
    if (line < 1) {
      throw new IllegalArgumentException("line must be >= 1, not " + line);
    }
  }

  /** The kinds of faults. */
  public enum Kind {
    /** The line is no JSON object. */
    NO_JSON,
    /** A field is missing or holds what it may not. */
    FIELD,
    /** The ranking holds something that is not among the candidates, or something twice. */
    OPEN_SET,
    /** The key is missing or does not fit the content, which was changed. */
    KEY,
    /** The same teacher's answer to the same request stands on an earlier line as well. */
    DUPLICATE,
    /** The same teacher's answer to the same request stands on an earlier line and is another. */
    CONFLICT,
    /** The teacher is another one than the header's: model, prompt template or settings differ. */
    OTHER_TEACHER,
    /** The last line is torn or was still being written. */
    TORN
  }
}
