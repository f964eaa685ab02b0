package dev.rpdr.distill;

import dev.rpdr.Fingerprint;
import dev.rpdr.ModelException;
import dev.rpdr.retriever.LexicalSimilarity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * {@code fused.json} of a saved {@link FusedStudent}, UTF-8: {@code fusion} (an object of {@code
 * weights} and {@code placeWeight}, see {@link Fusion}), {@code members} (the hashes of the
 * students in {@code member-0/} and so on, {@link StudentManifest#studentSha256}), {@code light} (a
 * list of {@code file} and {@code sha256} for each light student) and {@code calibration} (the
 * SHA-256 of {@code calibration.json}, or null where there is none). No other fields are allowed.
 *
 * @param fusion the weights: those of the members, then those of the light students
 * @param members the hashes of the members, in the order of the weights
 * @param light the files of the light students, in the order of the weights
 * @param calibration the hash of the calibration's file, or null
 */
record FusedFile(
    Fusion fusion, List<String> members, List<Part> light, @Nullable String calibration) {
  static final String NAME = "fused.json";

  FusedFile {
    Objects.requireNonNull(fusion, "fusion");
    members = List.copyOf(members);
    light = List.copyOf(light);
  }

  /** A file that is no student's folder, and the SHA-256 of its bytes. */
  record Part(String file, String sha256) {
    Part {
      Objects.requireNonNull(file, "file");
      Objects.requireNonNull(sha256, "sha256");
    }

    static Part of(Path folder, String file) throws IOException {
      return new Part(file, Fingerprint.ofFile(folder.resolve(file)));
    }
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

  /** The light student that one of the files holds. */
  static LightStudent light(Path folder, String file) {
    return switch (file) {
      case LexicalStudent.FILE -> LexicalStudent.of(LexicalSimilarity.read(folder.resolve(file)));
      case PriorStudent.FILE -> PriorStudent.of(EntityPrior.read(folder.resolve(file)));
      case EditStudent.FILE -> EditStudent.read(folder.resolve(file));
      default ->
          throw new ModelException(
              "%s: '%s' is no light student; known are %s, %s and %s"
                  .formatted(
                      folder.resolve(NAME),
                      file,
                      LexicalStudent.FILE,
                      PriorStudent.FILE,
                      EditStudent.FILE));
    };
  }

  /** Whether all parts are those that were saved. */
  void verify(Path folder) {
    for (int i = 0; i < members.size(); i++) {
      Path student = folder.resolve(member(i));
      requireSame(student, members.get(i), StudentManifest.read(student).studentSha256());
    }
    light.forEach(part -> verify(folder.resolve(part.file()), part.sha256()));
    SavedCalibration.verify(folder, calibration, NAME);
  }

  private static void verify(Path file, String sha256) {
    if (!Files.isRegularFile(file)) {
      throw new ModelException(file + " is missing, which this fused student was saved with");
    }
    requireSame(file, sha256, Fingerprint.ofFile(file));
  }

  private static void requireSame(Path part, String sha256, String actual) {
    StudentManifest.requireSame(
        part, "what was saved with this fused student", sha256, actual, NAME);
  }
}
