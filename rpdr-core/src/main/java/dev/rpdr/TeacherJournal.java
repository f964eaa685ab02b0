package dev.rpdr;

/**
 * Keeps teacher answers so that none is paid for twice. An implementation on disk is in {@code
 * rpdr-teacher}.
 */
@FunctionalInterface
public interface TeacherJournal {
  /**
   * A teacher that answers from this journal what it holds, and otherwise asks {@code teacher} and
   * keeps the answer durably before it is returned.
   */
  TeacherLlm journaling(TeacherLlm teacher);

  /**
   * As {@link #journaling(TeacherLlm)}, for candidates of a knowledge base. A journal that knows
   * which knowledge base its answers belong to refuses another one.
   */
  default TeacherLlm journaling(TeacherLlm teacher, KnowledgeBase knowledgeBase) {
    return journaling(teacher);
  }
}
