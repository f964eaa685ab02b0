package dev.rpdr.distill;

import dev.rpdr.ModelException;
import dev.rpdr.Provenance;
import dev.rpdr.nn.EncoderConfig;
import dev.rpdr.nn.EncoderOptions;
import dev.rpdr.nn.ModelFiles;
import dev.rpdr.nn.train.Int8;
import java.nio.file.Path;

/**
 * Makes a smaller student of a trained one: its matrices in 8 bits ({@link Int8}). The other stays
 * as it is. Its scores differ a little from the other's, so measure it like any other student; the
 * provenance says what it was made of.
 */
public final class StudentQuantizer {
  private StudentQuantizer() {}

  /**
   * Quantises a bi-encoder or cross-encoder student.
   *
   * @param student the folder of the trained one
   * @param folder where the smaller one goes: absent, empty, or holding a student alone, which is
   *     replaced; not the same folder
   * @return how many matrices were quantised and what that saved
   * @throws ModelException if there is no such student, or it is quantised already
   * @throws IllegalArgumentException if the folders are the same, or the target holds anything else
   */
  public static Int8.Result quantize(Path student, Path folder) {
    StudentManifest manifest = StudentManifest.read(student);
    manifest.verify(student);
    StudentFolder target = StudentFolder.of(folder);
    if (target.path().equals(student.toAbsolutePath().normalize())) {
      throw new IllegalArgumentException(
          "a student is quantised into another folder than its own, not into " + folder);
    }
    Path draft = target.draft();
    Int8.Result result =
        Int8.quantize(ModelFiles.folder(student).onnx(), draft.resolve(StudentManifest.MODEL));
    Provenance provenance =
        manifest
            .provenance()
            .with("quantised", "int8, dynamic, " + result.matrices() + " matrices")
            .with("quantised.of", manifest.studentSha256());
    ModelFiles.folder(student).copyTokenizer(draft);
    if (manifest.settings() instanceof StudentSettings.BiEncoder) {
      EncoderOptions options =
          EncoderConfig.read(student)
              .orElseThrow(() -> new ModelException(student + " lacks " + EncoderConfig.FILE))
              .options();
      EncoderConfig.describe(draft, options, provenance).write(draft);
    }
    target.publish(draft, manifest.settings(), provenance);
    return result;
  }
}
