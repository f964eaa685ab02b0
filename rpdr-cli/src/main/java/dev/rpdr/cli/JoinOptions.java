package dev.rpdr.cli;

import dev.rpdr.distill.StudentManifest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** What one student of several is to count, and where it goes. */
final class JoinOptions {
  @Option(
      names = "--without-place",
      description =
          "the place in the candidate list counts for nothing: for a student that will rank the"
              + " candidates of other retrievers than the one it is fitted on")
  private boolean withoutPlace;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "the joined student's folder: new or empty")
  private Path out = Path.of("");

  boolean withoutPlace() {
    return withoutPlace;
  }

  Path out() {
    return out;
  }

  /** What would fail at the end is found out first, since fitting takes minutes. */
  void requireJoinable(List<Path> students) {
    students.forEach(StudentManifest::read);
    String[] entries = out.toFile().list();
    if (Files.exists(out) && (entries == null || entries.length > 0)) {
      throw new IllegalArgumentException("--out " + out + " is not empty; give a new folder");
    }
  }

  /** The command that links with it. */
  String next(RetrieverOptions retrieval) {
    return "next: bin/rpdr link --kb FILE --student "
        + out
        + (retrieval.name() == null ? "" : " --retriever '" + retrieval.name() + "'")
        + " --k "
        + retrieval.k()
        + " < mentions.txt";
  }
}
