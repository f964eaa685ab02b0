package dev.rpdr.distill;

import dev.rpdr.CandidateList;
import dev.rpdr.Provenance;
import dev.rpdr.Ranking;
import dev.rpdr.StudentReranker;
import java.util.List;
import java.util.Objects;

/**
 * A student that says how probable it is that its first choice is right ({@link
 * Ranking#confidence}), by a {@link Calibration}. An application sets its own bound: below it a
 * mention is better shown to a person, or answered by nothing (NIL). Closing closes the student. As
 * thread-safe as the student.
 */
public final class CalibratedStudent implements StudentReranker {
  private final StudentReranker student;
  private final Calibration calibration;

  private CalibratedStudent(StudentReranker student, Calibration calibration) {
    this.student = Objects.requireNonNull(student, "student");
    this.calibration = Objects.requireNonNull(calibration, "calibration");
  }

  /** A student with a calibration that was fitted on it. */
  public static CalibratedStudent of(StudentReranker student, Calibration calibration) {
    return new CalibratedStudent(student, calibration);
  }

  @Override
  public Ranking rerank(CandidateList request) {
    return judged(student.rerank(request));
  }

  @Override
  public List<Ranking> rerankAll(List<CandidateList> requests) {
    return student.rerankAll(requests).stream().map(this::judged).toList();
  }

  @Override
  public Provenance provenance() {
    return student.provenance().with("calibration", "isotonic on the margin of the first place");
  }

  @Override
  public void close() {
    student.close();
  }

  private Ranking judged(Ranking ranking) {
    return ranking.withConfidence(calibration.probability(ranking));
  }
}
