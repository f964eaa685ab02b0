package dev.rpdr.distill;

import dev.rpdr.StudentReranker;
import java.nio.file.Path;

/**
 * A student of counts, which nothing is trained for: how names are spelt, or how often an entity is
 * the answer. Quick, and of use beside students that read meaning ({@link FusedStudent}).
 * Immutable, thread-safe, holds no resources: closing does nothing.
 */
public sealed interface CountedStudent extends StudentReranker
    permits LexicalStudent, PriorStudent {
  /** What its file is called in the folder of a student that it is a part of. */
  String file();

  /**
   * Writes its counts as JSON, the same bytes for the same counts.
   *
   * @throws dev.rpdr.NonRetriableException if the file cannot be written
   */
  void write(Path file);

  @Override
  default void close() {}
}
