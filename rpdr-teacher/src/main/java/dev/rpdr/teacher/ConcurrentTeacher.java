package dev.rpdr.teacher;

import dev.rpdr.TeacherLlm;

/** A teacher that says how many requests may be under way at once. */
public interface ConcurrentTeacher extends TeacherLlm {
  /** How many requests {@link #rankAll} has under way at once, ≥ 1. A journal keeps to it too. */
  int concurrency();
}
