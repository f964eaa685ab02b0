package dev.rpdr.distill;

import dev.rpdr.ModelException;
import dev.rpdr.Provenance;
import dev.rpdr.StudentReranker;
import dev.rpdr.distill.llm.LlmStudent;
import dev.rpdr.nn.RunOptions;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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

  /**
   * What a student's folder says about itself; its files are not read.
   *
   * @return kind, settings, files and provenance; of a cascade or a fused student how it is joined,
   *     and the same of each of its students, whose names are put in front
   * @throws ModelException if there is no student, or its kind or format version is unknown
   */
  public static Provenance describe(Path folder) {
    Provenance facts = Provenance.none();
    if (CascadeFile.isIn(folder)) {
      CascadeFile file = CascadeFile.read(folder);
      facts =
          facts
              .with("kind", "cascade")
              .with("options", file.options())
              .with(CascadeStudent.FIRST, describe(folder.resolve(CascadeStudent.FIRST)))
              .with(CascadeStudent.SECOND, describe(folder.resolve(CascadeStudent.SECOND)));
      return withCalibration(facts, file.calibration());
    }
    if (FusedFile.isIn(folder)) {
      FusedFile file = FusedFile.read(folder);
      facts =
          facts
              .with("kind", "fused")
              .with("weights", file.fusion().weights())
              .with("place-weight", file.fusion().placeWeight());
      for (int i = 0; i < file.members().size(); i++) {
        facts = facts.with(FusedFile.member(i), describe(folder.resolve(FusedFile.member(i))));
      }
      for (FusedFile.Part part : file.light()) {
        facts = facts.with(part.file(), part.sha256());
      }
      return withCalibration(facts, file.calibration());
    }
    StudentManifest manifest = StudentManifest.read(folder);
    facts =
        facts
            .with("kind", manifest.kind().label())
            .with("settings", manifest.settings())
            .with("created", manifest.created())
            .with("sha256", manifest.studentSha256());
    for (Map.Entry<String, String> file : manifest.files().entrySet()) {
      facts = facts.with(file.getKey(), file.getValue());
    }
    for (Map.Entry<String, String> fact : manifest.provenance().facts().entrySet()) {
      facts = facts.with(fact.getKey(), fact.getValue());
    }
    return facts;
  }

  /**
   * The folder of the bi-encoder that a student retrieves with: its own if it is one, else that of
   * the first of its parts that is; empty where none is.
   *
   * @throws ModelException if there is no student, or its kind or format version is unknown
   */
  public static Optional<Path> biEncoder(Path folder) {
    if (CascadeFile.isIn(folder)) {
      return Stream.of(CascadeStudent.FIRST, CascadeStudent.SECOND)
          .flatMap(part -> biEncoder(folder.resolve(part)).stream())
          .findFirst();
    }
    if (FusedFile.isIn(folder)) {
      return IntStream.range(0, FusedFile.read(folder).members().size())
          .boxed()
          .flatMap(i -> biEncoder(folder.resolve(FusedFile.member(i))).stream())
          .findFirst();
    }
    boolean retrieves = StudentManifest.read(folder).kind() == StudentKind.BI_ENCODER;
    return retrieves ? Optional.of(folder) : Optional.empty();
  }

  private static Provenance withCalibration(Provenance facts, @Nullable String sha256) {
    return sha256 == null ? facts : facts.with(SavedCalibration.FILE, sha256);
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

  /** The same of any kind. */
  static StudentManifest verified(Path folder) {
    return verified(folder, StudentManifest.read(folder).kind());
  }
}
