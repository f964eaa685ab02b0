package dev.rpdr.teacher.prompt;

/** What can be mended in an answer, and how the reason of its outcome says it. */
enum Mend {
  CUT_OFF("answer cut off"),
  THINKING("thinking removed"),
  FENCE("code fence removed"),
  PROSE("prose ignored"),
  NAMES("names read for labels"),
  OTHER_LABELS("labels of another style read"),
  REPEATS("repeats dropped"),
  UNKNOWN("unknown entries dropped"),
  SURPLUS("surplus dropped"),
  MISSING("missing appended");

  private final String reason;

  Mend(String reason) {
    this.reason = reason;
  }

  String reason() {
    return reason;
  }
}
