package dev.rpdr.eval;

import dev.rpdr.NonRetriableException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Writes UTF-8 files that are there whole or not at all. */
final class AtomicFile {
  private AtomicFile() {}

  /** Writes to an open file. */
  interface Content {
    void writeTo(BufferedWriter writer) throws IOException;
  }

  static void write(Path file, String content) {
    write(file, writer -> writer.write(content));
  }

  /** Writes beside the file and then moves into its place; missing folders are made. */
  static void write(Path file, Content content) {
    Path target = file.toAbsolutePath();
    Path folder = target.getParent();
    if (folder == null || target.getFileName() == null) {
      throw new IllegalArgumentException("'" + file + "' cannot be a file");
    }
    try {
      Files.createDirectories(folder);
      Path temporary = folder.resolve("." + target.getFileName() + ".part");
      try {
        try (BufferedWriter writer = Files.newBufferedWriter(temporary, StandardCharsets.UTF_8)) {
          content.writeTo(writer);
        }
        move(temporary, target);
      } finally {
        Files.deleteIfExists(temporary);
      }
    } catch (IOException e) {
      throw new NonRetriableException("cannot write " + file + ": " + e, e);
    }
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
