package dev.rpdr.distill;

import dev.rpdr.Fingerprint;
import dev.rpdr.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * {@code fused.json} of a saved {@link FusedStudent}, UTF-8: {@code fusion} (an object of {@code
 * weights} and {@code placeWeight}, see {@link Fusion}), {@code members} (the hashes of the
 * students in {@code member-0/} and so on, {@link StudentManifest#studentSha256}) and {@code
 * lexical} (the SHA-256 of {@code lexical.json}, or null where there is none). No other fields are
 * allowed.
 *
 * @param fusion the weights, that of the spelling last
 * @param members the hashes of the members, in the order of the weights
 * @param lexical the hash of the lexical similarity's file, or null
 */
record FusedFile(Fusion fusion, List<String> members, @Nullable String lexical) {
  static final String NAME = "fused.json";
  static final String LEXICAL = "lexical.json";

  FusedFile {
    Objects.requireNonNull(fusion, "fusion");
    members = List.copyOf(members);
  }

  static boolean isIn(Path folder) {
    return Files.isRegularFile(folder.resolve(NAME));
  }

  static String member(int number) {
    return "member-" + number;
  }

  static FusedFile read(Path folder) {
    return StrictJson.read(folder.resolve(NAME), FusedFile.class, ModelException::new);
  }

  void write(Path folder) throws IOException {
    StrictJson.write(folder.resolve(NAME), this);
  }

  /** Whether the students and the spelling are those that were saved. */
  void verify(Path folder) {
    for (int i = 0; i < members.size(); i++) {
      Path student = folder.resolve(member(i));
      requireSame(student, members.get(i), StudentManifest.read(student).studentSha256());
    }
    if (lexical != null) {
      Path file = folder.resolve(LEXICAL);
      if (!Files.isRegularFile(file)) {
        throw new ModelException(file + " is missing, which this fused student was saved with");
      }
      requireSame(file, lexical, Fingerprint.ofFile(file));
    }
  }

  private static void requireSame(Path part, String sha256, String actual) {
    StudentManifest.requireSame(
        part, "what was saved with this fused student", sha256, actual, NAME);
  }
}
