package dev.rpdr.cli;

import dev.rpdr.distill.StudentManifest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The folder that one student of several goes to. */
final class JoinedFolder {
  private JoinedFolder() {}

  /** What would fail at the end is found out first, since fitting takes minutes. */
  static void requireNew(List<Path> students, Path out) {
    students.forEach(StudentManifest::read);
    String[] entries = out.toFile().list();
    if (Files.exists(out) && (entries == null || entries.length > 0)) {
      throw new IllegalArgumentException("--out " + out + " is not empty; give a new folder");
    }
  }

  /** The command that links with it. */
  static String next(Path out, RetrieverOptions retrieval) {
    return "next: bin/rpdr link --kb FILE --student "
        + out
        + (retrieval.name() == null ? "" : " --retriever '" + retrieval.name() + "'")
        + " --k "
        + retrieval.k()
        + " < mentions.txt";
  }
}
