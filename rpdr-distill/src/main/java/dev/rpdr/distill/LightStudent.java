package dev.rpdr.distill;

import dev.rpdr.StudentReranker;
import java.nio.file.Path;

/**
 * A student without an encoder, of a few thousand numbers: how names are spelt, how often an entity
 * is the answer, what a name may add to a mention. Made in seconds, it ranks hundreds of mentions a
 * second, and is of use beside students that read meaning ({@link FusedStudent}). Immutable,
 * thread-safe, holds no resources: closing does nothing.
 */
public sealed interface LightStudent extends StudentReranker
    permits EditStudent, LexicalStudent, PriorStudent {
  /** What its file is called in the folder of a student that it is a part of. */
  String file();

  /**
   * Writes its numbers as JSON, the same bytes for the same numbers.
   *
   * @throws dev.rpdr.NonRetriableException if the file cannot be written
   */
  void write(Path file);

  @Override
  default void close() {}
}
