package dev.rpdr.distill;

import dev.rpdr.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * {@code cascade.json} of a saved {@link CascadeStudent}, UTF-8: {@code options} (an object of
 * {@code temperature}, {@code weight}, {@code sure} and {@code placeWeight}, see {@link
 * CascadeOptions}), {@code first} and {@code second} (the hashes of the students in {@code first/}
 * and {@code second/}, {@link StudentManifest#studentSha256}) and {@code calibration} (the SHA-256
 * of {@code calibration.json}, or null where there is none). No other fields are allowed.
 *
 * @param options how the students are joined
 * @param first the hash of the first student
 * @param second the hash of the second student
 * @param calibration the hash of the calibration's file, or null
 */
record CascadeFile(
    CascadeOptions options, String first, String second, @Nullable String calibration) {
  static final String NAME = "cascade.json";

  CascadeFile {
    Objects.requireNonNull(options, "options");
    Objects.requireNonNull(first, "first");
    Objects.requireNonNull(second, "second");
  }

  static boolean isIn(Path folder) {
    return Files.isRegularFile(folder.resolve(NAME));
  }

  static CascadeFile read(Path folder) {
    return StrictJson.read(folder.resolve(NAME), CascadeFile.class, ModelException::new);
  }

  void write(Path folder) throws IOException {
    StrictJson.write(folder.resolve(NAME), this);
  }

  /** Whether the two students are those that were saved. */
  void verify(Path folder) {
    requireSame(folder.resolve(CascadeStudent.FIRST), first);
    requireSame(folder.resolve(CascadeStudent.SECOND), second);
    SavedCalibration.verify(folder, calibration, NAME);
  }

  private static void requireSame(Path student, String sha256) {
    StudentManifest.requireSame(
        student,
        "the student that was saved with this cascade",
        sha256,
        StudentManifest.read(student).studentSha256(),
        NAME);
  }
}
