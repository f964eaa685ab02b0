package dev.rpdr.distill;

import dev.rpdr.Fingerprint;
import dev.rpdr.ModelException;
import dev.rpdr.StudentReranker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The calibration beside the students of a joined one, which knows it by the hash of its file. */
final class SavedCalibration {
  static final String FILE = "calibration.json";

  private SavedCalibration() {}

  /** Writes it; the SHA-256 of its file, or null where there is none. */
  static @Nullable String write(Path folder, @Nullable Calibration calibration) throws IOException {
    if (calibration == null) {
      return null;
    }
    calibration.write(folder.resolve(FILE));
    return Fingerprint.ofFile(folder.resolve(FILE));
  }

  /**
   * Whether it is the one that was saved.
   *
   * @param sha256 of its file, or null where there was none
   * @param joined the file that says so
   */
  static void verify(Path folder, @Nullable String sha256, String joined) {
    if (sha256 == null) {
      return;
    }
    Path file = folder.resolve(FILE);
    if (!Files.isRegularFile(file)) {
      throw new ModelException(file + " is missing, which this student was saved with");
    }
    StudentManifest.requireSame(
        file, "what was saved with this student", sha256, Fingerprint.ofFile(file), joined);
  }

  /** The student with its calibration, where it was saved with one. */
  static StudentReranker applied(Path folder, @Nullable String sha256, StudentReranker student) {
    return sha256 == null
        ? student
        : CalibratedStudent.of(student, Calibration.read(folder.resolve(FILE)));
  }
}
