package dev.rpdr.teacher.journal;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The first line of a journal.
 *
 * @param version the version of the format, 1 or 2
 * @param created when the journal was begun, or null where it does not say
 * @param scope what its answers belong to; of version 1 nothing is known
 */
public record JournalHeader(int version, @Nullable Instant created, JournalScope scope) {
  public JournalHeader {
    Objects.requireNonNull(scope, "scope");
    if (version < 1 || version > RecordWriter.VERSION) {
      throw new IllegalArgumentException(
          "journal version " + version + " is unknown; known are 1 to " + RecordWriter.VERSION);
    }
  }

  static JournalHeader now(JournalScope scope) {
    return new JournalHeader(RecordWriter.VERSION, Instant.now(), scope);
  }
}
