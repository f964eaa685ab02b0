package dev.rpdr.distill;

import dev.rpdr.CandidateList;
import dev.rpdr.ModelException;
import dev.rpdr.NonRetriableException;
import dev.rpdr.Provenance;
import dev.rpdr.Ranking;
import dev.rpdr.Softmax;
import dev.rpdr.StudentReranker;
import dev.rpdr.nn.RunOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Two students in a row: a quick one orders all candidates, and a slower, more careful one is asked
 * where the first is not sure (an early exit as in cascade ranking, Wang et al., SIGIR 2011). Both
 * orders are joined by their log-probabilities over the request's candidates:
 *
 * <pre>
 *   score(c) = (ln softmax(first / temperature)(c) + weight · ln softmax(second)(c)) / (1 + weight)
 * </pre>
 *
 * <p>Where the first is sure, its log-probability alone is the score. As a mean of both is of the
 * same size as either, the distance of two scores says how sure a cascade is whether the second was
 * asked or not ({@link Calibration}); the scores themselves compare within one request only.
 *
 * <p>Saved as a folder: {@code first/} and {@code second/}, each a student of its own, and {@code
 * cascade.json} ({@link CascadeFile}), with {@code calibration.json} where it says how sure it is.
 * {@link Students#open} opens it. As thread-safe as the two, which is to say it is.
 */
public final class CascadeStudent implements StudentReranker {
  static final String FIRST = "first";
  static final String SECOND = "second";

  private final StudentReranker first;
  private final StudentReranker second;
  private final CascadeOptions options;
  private final AtomicLong ranked = new AtomicLong();
  private final AtomicLong asked = new AtomicLong();

  private CascadeStudent(StudentReranker first, StudentReranker second, CascadeOptions options) {
    this.first = Objects.requireNonNull(first, "first");
    this.second = Objects.requireNonNull(second, "second");
    this.options = Objects.requireNonNull(options, "options");
  }

  /**
   * Joins two open students. Closing the cascade closes both.
   *
   * @param first orders all candidates; its scores divided by the temperature are logits
   * @param second orders those of mentions that the first is not sure of; its scores are logits
   */
  public static CascadeStudent of(
      StudentReranker first, StudentReranker second, CascadeOptions options) {
    return new CascadeStudent(first, second, options);
  }

  /**
   * Saves a cascade of two saved students, which are copied.
   *
   * @param folder where it goes; absent or empty
   * @param first the folder of a student that a trainer wrote, such as a bi-encoder
   * @param second the folder of another, such as a cross-encoder or a listwise student
   * @param calibration how sure it is, fitted on its own rankings; or null, where it is not to say
   * @throws ModelException if either is no such student, or a file of it has changed
   * @throws IllegalArgumentException if the folder holds something
   */
  public static void save(
      Path folder,
      Path first,
      Path second,
      CascadeOptions options,
      @Nullable Calibration calibration) {
    StudentManifest one = Students.verified(first);
    StudentManifest other = Students.verified(second);
    try {
      Files.createDirectories(folder);
      try (Stream<Path> entries = Files.list(folder)) {
        if (entries.findAny().isPresent()) {
          throw new IllegalArgumentException(folder + " is not empty; give a new folder");
        }
      }
      one.copy(first, folder.resolve(FIRST));
      other.copy(second, folder.resolve(SECOND));
      String calibrated = SavedCalibration.write(folder, calibration);
      new CascadeFile(options, one.studentSha256(), other.studentSha256(), calibrated)
          .write(folder);
    } catch (IOException e) {
      throw new NonRetriableException("cannot save a cascade in " + folder, e);
    }
  }

  /**
   * Opens a saved cascade.
   *
   * @param run device, threads and batch size of both students
   * @return the student, a {@link CalibratedStudent} where it was saved with a calibration; the
   *     caller closes it
   * @throws ModelException if a file is missing or has changed
   */
  public static StudentReranker open(Path folder, RunOptions run) {
    CascadeFile file = CascadeFile.read(folder);
    file.verify(folder);
    List<StudentReranker> students = new ArrayList<>();
    try {
      students.add(Students.open(folder.resolve(FIRST), run));
      students.add(Students.open(folder.resolve(SECOND), run));
      return SavedCalibration.applied(
          folder, file.calibration(), of(students.get(0), students.get(1), file.options()));
    } catch (RuntimeException e) {
      students.forEach(StudentReranker::close);
      throw e;
    }
  }

  /** How the two are joined. */
  public CascadeOptions options() {
    return options;
  }

  /** The same two students, joined differently. Closing either closes both. */
  public CascadeStudent with(CascadeOptions newOptions) {
    return new CascadeStudent(first, second, newOptions);
  }

  /** The share of the requests so far that the second student was asked about, 0 to 1. */
  public double askedShare() {
    return ranked.get() == 0 ? 0 : asked.get() / (double) ranked.get();
  }

  @Override
  public Ranking rerank(CandidateList request) {
    return rerankAll(List.of(request)).get(0);
  }

  @Override
  public List<Ranking> rerankAll(List<CandidateList> requests) {
    List<Ranking> quick = first.rerankAll(requests);
    List<double[]> quickLogs = new ArrayList<>(requests.size());
    List<Integer> unsure = new ArrayList<>();
    for (int i = 0; i < requests.size(); i++) {
      double[] logs = logs(requests.get(i), quick.get(i), options.temperature());
      quickLogs.add(logs);
      if (CascadeScores.asksSecond(logs, options)) {
        unsure.add(i);
      }
    }
    ranked.addAndGet(requests.size());
    asked.addAndGet(unsure.size());
    List<Ranking> careful = second.rerankAll(unsure.stream().map(requests::get).toList());
    Map<Integer, double[]> carefulLogs = new HashMap<>();
    for (int j = 0; j < unsure.size(); j++) {
      int i = unsure.get(j);
      carefulLogs.put(i, logs(requests.get(i), careful.get(j), 1));
    }
    List<Ranking> rankings = new ArrayList<>(requests.size());
    for (int i = 0; i < requests.size(); i++) {
      double[] joined = CascadeScores.joined(quickLogs.get(i), carefulLogs.get(i), options);
      rankings.add(Ranking.byScore(requests.get(i), joined));
    }
    return rankings;
  }

  /**
   * What a cascade makes of rankings that its students gave before, both of every request.
   *
   * @param first the first student's rankings, whole
   * @param second the second student's, of the same requests, whole
   * @return a ranking for each request, in the same order
   * @throws IllegalArgumentException if the lists differ in length
   */
  public static List<Ranking> join(
      List<Ranking> first, List<Ranking> second, CascadeOptions options) {
    if (first.size() != second.size()) {
      throw new IllegalArgumentException(
          first.size() + " rankings of the first student, but " + second.size() + " of the second");
    }
    List<Ranking> rankings = new ArrayList<>(first.size());
    for (int i = 0; i < first.size(); i++) {
      CandidateList request = first.get(i).request();
      double[] quick = logs(request, first.get(i), options.temperature());
      double[] careful =
          CascadeScores.asksSecond(quick, options) ? logs(request, second.get(i), 1) : null;
      rankings.add(Ranking.byScore(request, CascadeScores.joined(quick, careful, options)));
    }
    return rankings;
  }

  @Override
  public Provenance provenance() {
    return Provenance.none()
        .with("student.kind", "cascade")
        .with("temperature", options.temperature())
        .with("weight", options.weight())
        .with("sure", options.sure())
        .with("place-weight", options.placeWeight())
        .with("first", first.provenance())
        .with("second", second.provenance());
  }

  @Override
  public void close() {
    try {
      first.close();
    } finally {
      second.close();
    }
  }

  private static double[] logs(CandidateList request, Ranking ranking, double temperature) {
    return Softmax.log(ranking.scoresInOrder(request), temperature);
  }
}
