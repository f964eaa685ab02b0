package dev.rpdr.teacher;

import dev.rpdr.TeacherLlm;

/**
 * A teacher that asks another one several times and makes one answer of what it hears. A journal
 * keeps the answers of the other one too, so that none is paid for twice.
 */
public interface CompositeTeacher extends TeacherLlm {
  /** The teacher that is asked. */
  TeacherLlm base();

  /** The same teacher over another base, which answers as {@link #base()} does. */
  CompositeTeacher over(TeacherLlm newBase);
}
