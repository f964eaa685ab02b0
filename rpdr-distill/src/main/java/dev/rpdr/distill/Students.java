package dev.rpdr.distill;

import dev.rpdr.ModelException;
import dev.rpdr.StudentReranker;
import dev.rpdr.distill.llm.LlmStudent;
import dev.rpdr.nn.RunOptions;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Opens students of any kind. All files are compared with their hashes first, so what runs is what
 * was trained.
 */
public final class Students {
  private Students() {}

  /**
   * Opens a student on the CPU.
   *
   * @param folder where a student trainer saved it
   * @return the student; the caller closes it
   * @throws ModelException if there is no student, a file is missing or has changed, or its kind or
   *     format version is unknown
   */
  public static StudentReranker open(Path folder) {
    return open(folder, RunOptions.defaults());
  }

  /**
   * Opens a student.
   *
   * @param folder where a student trainer saved it
   * @param run device, threads and batch size, none of which changes the meaning of a score
   * @return the student; the caller closes it
   * @throws ModelException if there is no student, a file is missing or has changed, its kind or
   *     format version is unknown, or the device is not there
   */
  public static StudentReranker open(Path folder, RunOptions run) {
    Objects.requireNonNull(folder, "folder");
    if (CascadeFile.isIn(folder)) {
      return CascadeStudent.open(folder, run);
    }
    if (FusedFile.isIn(folder)) {
      return FusedStudent.open(folder, run);
    }
    return switch (StudentManifest.read(folder).kind()) {
      case BI_ENCODER -> BiEncoderStudent.open(folder, run);
      case CROSS_ENCODER -> CrossEncoderStudent.open(folder, run);
      case LISTWISE -> ListwiseStudent.open(folder, run);
      case LLM -> LlmStudent.open(folder, run);
    };
  }

  /** Reads and verifies a folder that must hold settings of one kind. */
  static StudentManifest verified(Path folder, StudentKind kind) {
    StudentManifest manifest = StudentManifest.read(folder);
    if (manifest.kind() != kind) {
      throw new ModelException(
          folder
              + " holds a "
              + manifest.kind().label()
              + ", not a "
              + kind.label()
              + "; Students.open opens either");
    }
    manifest.verify(folder);
    return manifest;
  }
}
