package dev.rpdr.teacher.call;

/**
 * Is told what happens while a teacher is asked. It is called on the threads that ask, so it is
 * thread-safe and quick. What it throws is logged and does no harm.
 */
@FunctionalInterface
public interface TeacherListener {
  /** Nobody listens. */
  TeacherListener NONE = event -> {};

  /** Something happened. Kinds that the listener does not know are ignored. */
  void on(TeacherEvent event);

  /** This listener, and then another. */
  default TeacherListener and(TeacherListener next) {
    return event -> {
      on(event);
      next.on(event);
    };
  }
}
