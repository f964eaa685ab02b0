package dev.rpdr.distill;

import dev.rpdr.ModelException;
import dev.rpdr.Provenance;
import dev.rpdr.nn.EncoderConfig;
import dev.rpdr.nn.ModelFiles;
import dev.rpdr.nn.train.WeightMean;
import java.nio.file.Path;
import java.util.List;

/**
 * One student of several: its weights are the means of theirs ({@link WeightMean}), so it costs no
 * more to run than one. The students must be of one kind, one base and the same settings; usually
 * they differ by their seed alone.
 */
public final class StudentSoup {
  private StudentSoup() {}

  /**
   * Saves the mean of students.
   *
   * @param students the folders of at least two students
   * @param folder where the mean goes: absent, empty, or holding a student alone, which is replaced
   * @throws ModelException if one is no student, or is of another kind, graph or settings than the
   *     first
   * @throws IllegalArgumentException if there are fewer than two, or the folder holds anything else
   */
  public static void average(List<Path> students, Path folder) {
    if (students.size() < 2) {
      throw new IllegalArgumentException(
          "a soup needs at least 2 students, not " + students.size());
    }
    List<StudentManifest> manifests = students.stream().map(StudentManifest::read).toList();
    StudentManifest first = manifests.get(0);
    Provenance provenance = first.provenance().with("soup.members", students.size());
    for (int i = 0; i < students.size(); i++) {
      StudentManifest manifest = manifests.get(i);
      manifest.verify(students.get(i));
      requireAlike(first, manifest, students.get(0), students.get(i));
      provenance = provenance.with("soup.member." + (i + 1), manifest.studentSha256());
    }
    StudentFolder target = StudentFolder.of(folder);
    Path draft = target.draft();
    WeightMean.write(
        students.stream().map(student -> student.resolve(StudentManifest.MODEL)).toList(),
        draft.resolve(StudentManifest.MODEL));
    ModelFiles.folder(students.get(0)).copyTokenizer(draft);
    if (first.kind() == StudentKind.BI_ENCODER) {
      EncoderConfig config =
          EncoderConfig.read(students.get(0))
              .orElseThrow(
                  () -> new ModelException(students.get(0) + " lacks " + EncoderConfig.FILE));
      EncoderConfig.describe(draft, config.options(), provenance).write(draft);
    }
    target.publish(draft, first.settings(), provenance);
  }

  private static void requireAlike(
      StudentManifest first, StudentManifest other, Path firstFolder, Path otherFolder) {
    boolean sameTokens =
        String.valueOf(first.files().get(StudentManifest.TOKENIZER))
            .equals(other.files().get(StudentManifest.TOKENIZER));
    if (!first.settings().equals(other.settings()) || !sameTokens) {
      throw new ModelException(
          otherFolder
              + " ("
              + other.settings()
              + ") is another student than "
              + firstFolder
              + " ("
              + first.settings()
              + "); kind, settings and tokenizer must be equal");
    }
  }
}
