package dev.rpdr.teacher.journal;

/** What a merge does where journals contradict each other. */
public enum ConflictRule {
  /** Nothing is written; all conflicts are reported. */
  REFUSE,
  /** Of two answers the one that was read first stays. */
  KEEP_FIRST,
  /** Of two answers the one that was written last stays; without times, the one read last. */
  KEEP_LATEST
}
