package dev.rpdr.teacher.journal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A line that waits to be written; used under the journal file's lock once it is there. */
final class PendingLine {
  private final byte[] bytes;
  private boolean done;
  private @Nullable IOException failure;

  PendingLine(String line) {
    bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
  }

  byte[] bytes() {
    return bytes;
  }

  /** Whether it was written or has failed. */
  boolean isDone() {
    return done;
  }

  /** Why it could not be written, or null where it was. */
  @Nullable IOException failure() {
    return failure;
  }

  void written() {
    done = true;
  }

  void failed(IOException why) {
    done = true;
    failure = why;
  }
}
