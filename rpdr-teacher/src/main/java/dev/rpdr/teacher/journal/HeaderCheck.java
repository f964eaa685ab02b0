package dev.rpdr.teacher.journal;

/** What happens where a journal's header names another teacher or knowledge base than the run's. */
public enum HeaderCheck {
  /** The run is refused, by name of what differs. */
  STRICT,
  /** The run goes on, with a warning; the journal then holds answers of several teachers. */
  LENIENT
}
