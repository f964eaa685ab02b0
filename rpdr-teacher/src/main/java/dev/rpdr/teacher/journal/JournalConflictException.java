package dev.rpdr.teacher.journal;

import dev.rpdr.NonRetriableException;
import java.util.List;

/** Journals that were to become one contradict each other; nothing was written. */
public final class JournalConflictException extends NonRetriableException {
  private static final long serialVersionUID = 1L;
  private static final int SHOWN = 3;

  private final transient List<JournalConflict> conflicts;

  JournalConflictException(List<JournalConflict> conflicts) {
    super(message(conflicts));
    this.conflicts = List.copyOf(conflicts);
  }

  /** All of them. */
  public List<JournalConflict> conflicts() {
    return conflicts;
  }

  private static String message(List<JournalConflict> conflicts) {
    List<String> shown = conflicts.stream().limit(SHOWN).map(JournalConflict::message).toList();
    int more = conflicts.size() - shown.size();
    return "the journals contradict each other: "
        + String.join("; ", shown)
        + (more == 0 ? "" : "; and " + more + " more");
  }
}
