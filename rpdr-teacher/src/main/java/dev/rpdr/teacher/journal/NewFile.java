package dev.rpdr.teacher.journal;

import dev.rpdr.NonRetriableException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Writes UTF-8 files that are there whole or not at all, and overwrites none. */
final class NewFile {
  private NewFile() {}

  /** Writes to an open file. */
  @FunctionalInterface
  interface Content {
    void writeTo(BufferedWriter writer) throws IOException;
  }

  /**
   * Writes beside the file and then moves into its place.
   *
   * @throws NonRetriableException if the file is there already or cannot be written
   */
  static void write(Path file, Content content) {
    requireAbsent(file);
    Path temporary = file.resolveSibling("." + file.getFileName() + ".part");
    try {
      try (BufferedWriter writer = Files.newBufferedWriter(temporary, StandardCharsets.UTF_8)) {
        content.writeTo(writer);
      }
      move(temporary, file);
    } catch (IOException e) {
      throw new NonRetriableException("cannot write " + file + ": " + e, e);
    } finally {
      delete(temporary);
    }
  }

  static void requireAbsent(Path file) {
    if (Files.exists(file)) {
      throw new NonRetriableException(file + " is there already; it is not overwritten");
    }
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to);
    }
  }

  private static void delete(Path temporary) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      throw new NonRetriableException("cannot delete " + temporary, e);
    }
  }
}
