package dev.rpdr.distill;

import dev.rpdr.NonRetriableException;
import dev.rpdr.Provenance;
import dev.rpdr.distill.llm.LlmStudent;
import dev.rpdr.nn.causal.PeftFolder;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Where a student will be saved. Its files are made in a folder beside it, {@link #workshop()}, and
 * moved there when all is done, so that the folder never holds half a student.
 *
 * <p>Not thread-safe; two trainings must not share a folder.
 */
public final class StudentFolder {
  private static final Set<String> OURS =
      Set.of(
          StudentManifest.FILE,
          StudentManifest.MODEL,
          StudentManifest.TOKENIZER,
          StudentManifest.ENCODER,
          PeftFolder.CONFIG,
          PeftFolder.WEIGHTS,
          LlmStudent.HEAD);

  private final Path folder;
  private final Path workshop;

  private StudentFolder(Path folder) {
    this.folder = folder;
    this.workshop = folder.resolveSibling(folder.getFileName() + ".training");
  }

  /**
   * A folder that is absent, empty or holds a student and nothing else.
   *
   * @throws IllegalArgumentException if it holds anything else, which would be lost
   */
  public static StudentFolder of(Path folder) {
    Path absolute = folder.toAbsolutePath().normalize();
    if (absolute.getFileName() == null) {
      throw new IllegalArgumentException("a student cannot be saved as the root folder " + folder);
    }
    if (Files.exists(absolute)) {
      requireReplaceable(absolute);
    }
    return new StudentFolder(absolute);
  }

  /** The folder itself, absolute. */
  public Path path() {
    return folder;
  }

  /** Beside the folder, on the same disk: where checkpoints and unfinished files lie. */
  public Path workshop() {
    return workshop;
  }

  /** Makes an empty folder in the workshop for the student's files. */
  public Path draft() {
    Path draft = workshop.resolve("student");
    delete(draft);
    return directory(draft);
  }

  /** Removes the workshop and all that lies there; the folder itself stays as it is. */
  public void discard() {
    delete(workshop);
  }

  /**
   * Adds {@code student.json} to a draft that is complete otherwise, puts the draft in the folder's
   * place and removes the workshop.
   *
   * @throws NonRetriableException if the files cannot be moved; an earlier student is then still
   *     there
   */
  public void publish(Path draft, StudentSettings settings, Provenance provenance) {
    StudentManifest.describe(draft, settings, provenance, Instant.now()).write(draft);
    Path old = workshop.resolve("replaced");
    delete(old);
    boolean replaces = Files.exists(folder);
    try {
      if (replaces) {
        move(folder, old);
      }
      try {
        move(draft, folder);
      } catch (IOException e) {
        if (replaces) {
          move(old, folder);
        }
        throw e;
      }
    } catch (IOException e) {
      throw new NonRetriableException(
          "the student is trained and lies in " + draft + ", but cannot be moved to " + folder, e);
    }
    delete(workshop);
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to);
    }
  }

  private static Path directory(Path path) {
    try {
      return Files.createDirectories(path);
    } catch (IOException e) {
      throw new NonRetriableException("cannot make the folder " + path, e);
    }
  }

  private static void delete(Path tree) {
    if (!Files.exists(tree)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(tree)) {
      List<Path> deepestFirst = paths.sorted(Comparator.reverseOrder()).toList();
      for (Path path : deepestFirst) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new NonRetriableException("cannot remove " + tree, e);
    }
  }

  private static void requireReplaceable(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new IllegalArgumentException(
          "a student is saved as a folder, but " + folder + " is a file");
    }
    Set<String> others = new TreeSet<>();
    try (Stream<Path> entries = Files.list(folder)) {
      entries
          .map(path -> Objects.requireNonNull(path.getFileName()).toString())
          .filter(name -> !OURS.contains(name))
          .forEach(others::add);
    } catch (IOException e) {
      throw new NonRetriableException("cannot list " + folder, e);
    }
    if (!others.isEmpty()) {
      throw new IllegalArgumentException(
          folder
              + " would be replaced, but it holds files that are no student's: "
              + others
              + "; give a new or empty folder, or one that holds a student alone");
    }
  }
}
