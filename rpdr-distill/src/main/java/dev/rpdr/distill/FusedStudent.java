package dev.rpdr.distill;

import dev.rpdr.CandidateList;
import dev.rpdr.ModelException;
import dev.rpdr.NonRetriableException;
import dev.rpdr.Provenance;
import dev.rpdr.Ranking;
import dev.rpdr.StudentReranker;
import dev.rpdr.nn.RunOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Several students that all score every candidate, and one weighted sum of their scores ({@link
 * Fusion}); {@link FusionFitter} finds the weights. A {@link CascadeStudent} saves time where the
 * first is sure; this one takes each student's word every time, and may take the spelling ({@link
 * LexicalStudent}), how often an entity is the answer ({@link PriorStudent}), what a name adds to a
 * mention ({@link EditStudent}) and the order of the request into account besides. Scores compare
 * within one request only.
 *
 * <p>Saved as a folder: {@code member-0/}, {@code member-1/} and so on, each a student of its own,
 * {@code lexical.json}, {@code prior.json} and {@code edits.json} where these count, {@code
 * calibration.json} where it says how sure it is, and {@code fused.json} ({@link FusedFile}).
 * {@link Students#open} opens it. As thread-safe as its students, which is to say it is.
 */
public final class FusedStudent implements StudentReranker {
  private final List<StudentReranker> students;
  private final Fusion fusion;

  private FusedStudent(List<StudentReranker> students, Fusion fusion) {
    this.students = List.copyOf(students);
    this.fusion = fusion;
    requireAsMany(students.size(), fusion);
  }

  /**
   * Fuses open students. Closing the fused one closes all of them.
   *
   * @param students in the order of the weights
   * @throws IllegalArgumentException if there are not as many weights as students
   */
  public static FusedStudent of(List<StudentReranker> students, Fusion fusion) {
    return new FusedStudent(students, fusion);
  }

  /**
   * Saves a fusion of saved students, which are copied.
   *
   * @param folder where it goes; absent or empty
   * @param students folders of students that a trainer wrote, in the order of the weights
   * @param light students without an encoder, whose weights come after those; of each kind at most
   *     one
   * @param calibration how sure it is, fitted on its own rankings; or null, where it is not to say
   * @throws ModelException if a folder holds no such student
   * @throws IllegalArgumentException if the folder holds something, the number of weights is
   *     another, or two light students are of a kind
   */
  public static void save(
      Path folder,
      List<Path> students,
      List<LightStudent> light,
      Fusion fusion,
      @Nullable Calibration calibration) {
    requireAsMany(students.size() + light.size(), fusion);
    if (light.stream().map(LightStudent::file).distinct().count() != light.size()) {
      throw new IllegalArgumentException(
          "of each kind of light student there can be one, not "
              + light.stream().map(LightStudent::file).toList());
    }
    List<StudentManifest> manifests = new ArrayList<>();
    for (Path student : students) {
      StudentManifest manifest = StudentManifest.read(student);
      manifest.verify(student);
      manifests.add(manifest);
    }
    try {
      Files.createDirectories(folder);
      try (Stream<Path> entries = Files.list(folder)) {
        if (entries.findAny().isPresent()) {
          throw new IllegalArgumentException(folder + " is not empty; give a new folder");
        }
      }
      List<String> hashes = new ArrayList<>();
      for (int i = 0; i < students.size(); i++) {
        manifests.get(i).copy(students.get(i), folder.resolve(FusedFile.member(i)));
        hashes.add(manifests.get(i).studentSha256());
      }
      List<FusedFile.Part> parts = new ArrayList<>();
      for (LightStudent student : light) {
        student.write(folder.resolve(student.file()));
        parts.add(FusedFile.Part.of(folder, student.file()));
      }
      new FusedFile(fusion, hashes, parts, SavedCalibration.write(folder, calibration))
          .write(folder);
    } catch (IOException e) {
      throw new NonRetriableException("cannot save a fused student in " + folder, e);
    }
  }

  /**
   * Opens a saved fusion.
   *
   * @param run device, threads and batch size of all students
   * @return the student, a {@link CalibratedStudent} where it was saved with a calibration; the
   *     caller closes it
   * @throws ModelException if a file is missing or has changed
   */
  public static StudentReranker open(Path folder, RunOptions run) {
    FusedFile file = FusedFile.read(folder);
    file.verify(folder);
    List<StudentReranker> students = new ArrayList<>();
    try {
      for (int i = 0; i < file.members().size(); i++) {
        students.add(Students.open(folder.resolve(FusedFile.member(i)), run));
      }
      for (FusedFile.Part part : file.light()) {
        students.add(FusedFile.light(folder, part.file()));
      }
      return SavedCalibration.applied(folder, file.calibration(), of(students, file.fusion()));
    } catch (RuntimeException e) {
      students.forEach(StudentReranker::close);
      throw e;
    }
  }

  /** The weights. */
  public Fusion fusion() {
    return fusion;
  }

  @Override
  public Ranking rerank(CandidateList request) {
    return rerankAll(List.of(request)).get(0);
  }

  @Override
  public List<Ranking> rerankAll(List<CandidateList> requests) {
    List<List<Ranking>> all =
        students.stream().map(student -> student.rerankAll(requests)).toList();
    List<Ranking> rankings = new ArrayList<>(requests.size());
    for (int i = 0; i < requests.size(); i++) {
      double[][] scores = new double[all.size()][];
      for (int k = 0; k < scores.length; k++) {
        scores[k] = all.get(k).get(i).scoresInOrder(requests.get(i));
      }
      rankings.add(Ranking.byScore(requests.get(i), fusion.of(scores)));
    }
    return rankings;
  }

  @Override
  public Provenance provenance() {
    Provenance facts =
        Provenance.none()
            .with("student.kind", "fused")
            .with("weights", fusion.weights())
            .with("place-weight", fusion.placeWeight());
    for (int k = 0; k < students.size(); k++) {
      facts = facts.with("student." + k, students.get(k).provenance());
    }
    return facts;
  }

  @Override
  public void close() {
    RuntimeException failed = null;
    for (StudentReranker student : students) {
      try {
        student.close();
      } catch (RuntimeException e) {
        failed = failed == null ? e : failed;
      }
    }
    if (failed != null) {
      throw failed;
    }
  }

  private static void requireAsMany(int students, Fusion fusion) {
    if (students != fusion.weights().size()) {
      throw new IllegalArgumentException(
          students + " students, but " + fusion.weights().size() + " weights");
    }
  }
}
