package dev.rpdr.cli.experiment;

import dev.rpdr.CandidateList;
import dev.rpdr.Dataset;
import dev.rpdr.ProgressListener;
import dev.rpdr.Provenance;
import dev.rpdr.Ranking;
import dev.rpdr.StudentReranker;
import dev.rpdr.TeacherLlm;
import dev.rpdr.distill.CalibratedStudent;
import dev.rpdr.distill.Calibration;
import dev.rpdr.distill.CascadeFit;
import dev.rpdr.distill.CascadeOptions;
import dev.rpdr.distill.CascadeStudent;
import dev.rpdr.distill.EntityPrior;
import dev.rpdr.distill.EscalatingReranker;
import dev.rpdr.distill.FusedStudent;
import dev.rpdr.distill.FusionFitter;
import dev.rpdr.distill.LexicalStudent;
import dev.rpdr.distill.PriorStudent;
import dev.rpdr.retriever.LexicalSimilarity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes rankers of several students, or of a student and a teacher, and fits on a split what they
 * leave to be fitted: once a system, however many splits are scored.
 */
final class JoinedStudents {
  private final ExperimentData data;
  private final TrainedStudents students;
  private final ProgressListener progress;
  private final Map<String, CascadeFit> cascades = new HashMap<>();
  private final Map<String, FusionFitter.Fit> fusions = new HashMap<>();
  private final Map<String, Calibration> calibrations = new HashMap<>();

  JoinedStudents(ExperimentData data, TrainedStudents students, ProgressListener progress) {
    this.data = data;
    this.students = students;
    this.progress = progress;
  }

  /**
   * Something that ranks requests. The students that it joins are closed by those who trained them.
   *
   * @param note what was fitted, for a reader, or null where nothing was
   */
  record Joined(
      Function<List<CandidateList>, List<Ranking>> function,
      Provenance provenance,
      @Nullable String note) {}

  /**
   * A system that ranks by students, with confidences where it says what they are fitted on.
   *
   * @param candidates of the rows that something is fitted on
   */
  Joined of(SystemConfig.ByStudents system, Function<Dataset, List<CandidateList>> candidates) {
    if (system instanceof SystemConfig.Cascade cascade) {
      return calibrated(cascade, cascade(cascade, candidates), candidates);
    }
    if (system instanceof SystemConfig.Fused fused) {
      return calibrated(fused, fused(fused, candidates), candidates);
    }
    if (system instanceof SystemConfig.Escalate escalate) {
      return escalating(escalate, candidates);
    }
    return calibrated(system, single((SystemConfig.Student) system), candidates);
  }

  private Joined single(SystemConfig.Student system) {
    StudentReranker student = students.student(system.student());
    return new Joined(
        student::rerankAll, trained(student.provenance(), List.of(system.student())), null);
  }

  private Joined cascade(
      SystemConfig.Cascade system, Function<Dataset, List<CandidateList>> candidates) {
    String first = system.first();
    String second = system.student();
    JoinConfig join = system.join();
    String split = join == null ? null : join.fit();
    if (join == null || split == null) {
      CascadeOptions options = join == null ? CascadeOptions.defaults() : join.options();
      CascadeStudent cascade =
          CascadeStudent.of(students.student(first), students.student(second), options);
      return new Joined(
          cascade::rerankAll, trained(cascade.provenance(), List.of(first, second)), null);
    }
    CascadeFit fit =
        cascades.computeIfAbsent(
            system.name(),
            name -> {
              Dataset rows = rows(name, split);
              return join.fitter()
                  .fit(
                      rows.mentions(),
                      candidates.apply(rows),
                      students.student(first),
                      students.student(second));
            });
    CascadeStudent cascade =
        CascadeStudent.of(students.student(first), students.student(second), fit.options());
    return new Joined(
        cascade::rerankAll,
        fitted(trained(cascade.provenance(), List.of(first, second)), "fit.split", split)
            .with("fit", fit.provenance()),
        "on split '" + split + "': " + fit.summary());
  }

  private Joined fused(
      SystemConfig.Fused system, Function<Dataset, List<CandidateList>> candidates) {
    List<String> names = system.students();
    List<StudentReranker> parts = new ArrayList<>(names.stream().map(students::student).toList());
    LexicalConfig lexical = system.lexical();
    if (lexical != null) {
      parts.add(
          LexicalStudent.of(LexicalSimilarity.of(data.knowledgeBase(), lexical.textAnalysis())));
    }
    String prior = system.prior();
    if (prior != null) {
      parts.add(PriorStudent.of(EntityPrior.of(data.rankings(prior))));
    }
    EditConfig edits = system.edits();
    if (edits != null) {
      parts.add(edits.trainer().train(data.rankings(edits.teach())));
    }
    String split = system.fit();
    FusionFitter.Fit fit =
        fusions.computeIfAbsent(
            system.name(),
            name -> {
              Dataset rows = rows(name, split);
              List<CandidateList> requests = candidates.apply(rows);
              return system.withoutPlace()
                  ? FusionFitter.fitWithoutPlaces(rows.mentions(), requests, parts)
                  : FusionFitter.fit(rows.mentions(), requests, parts);
            });
    FusedStudent fused = FusedStudent.of(parts, fit.fusion());
    return new Joined(
        fused::rerankAll,
        fitted(trained(fused.provenance(), names), "fit.split", split).with("fit.acc", fit.fused()),
        "on split '" + split + "': " + fit.summary());
  }

  private Joined calibrated(
      SystemConfig.ByStudents system,
      Joined plain,
      Function<Dataset, List<CandidateList>> candidates) {
    String split = system.calibrate();
    if (split == null) {
      return plain;
    }
    Calibration calibration =
        calibrations.computeIfAbsent(
            system.name(),
            name -> {
              Dataset rows = rows(name, split);
              List<Ranking> ranked = rankedForFit(system, split);
              return Calibration.fitByGold(
                  rows.mentions(),
                  ranked == null ? plain.function().apply(candidates.apply(rows)) : ranked);
            });
    return new Joined(
        requests ->
            plain.function().apply(requests).stream()
                .map(ranking -> ranking.withConfidence(calibration.probability(ranking)))
                .toList(),
        fitted(plain.provenance(), "calibrated.on", split),
        plain.note());
  }

  /** What was ranked already when weights were fitted on this split, or null where none were. */
  private @Nullable List<Ranking> rankedForFit(SystemConfig.ByStudents system, String split) {
    FusionFitter.Fit fit = fusions.get(system.name());
    boolean same = system instanceof SystemConfig.Fused fused && fused.fit().equals(split);
    return fit == null || !same ? null : fit.rankings();
  }

  /** Each run has its own count of questions. */
  private Joined escalating(
      SystemConfig.Escalate system, Function<Dataset, List<CandidateList>> candidates) {
    String name = system.student();
    String split = system.calibrate();
    StudentReranker student = students.student(name);
    Calibration calibration =
        calibrations.computeIfAbsent(
            system.name(),
            key -> {
              Dataset rows = rows(key, split);
              return Calibration.fitByGold(
                  rows.mentions(), student.rerankAll(candidates.apply(rows)));
            });
    CalibratedStudent calibrated = CalibratedStudent.of(student, calibration);
    TeacherLlm teacher = data.teacher(system.teacher()).lenient().ignoringCase();
    int questions = system.questions();
    return new Joined(
        requests -> EscalatingReranker.of(calibrated, teacher, 1, questions).rerankAll(requests),
        fitted(trained(calibrated.provenance(), List.of(name)), "calibrated.on", split)
            .with("teacher", teacher.identity())
            .with("questions", questions),
        "the teacher ranks the %d of which the student is least sure".formatted(questions));
  }

  private Dataset rows(String system, String split) {
    Dataset rows = data.split(split);
    progress.onProgress(system + ": fit", 0, rows.size(), rows.name());
    return rows;
  }

  private Provenance trained(Provenance provenance, List<String> names) {
    double seconds = names.stream().mapToDouble(students::trainingSeconds).sum();
    return provenance.with("train.seconds", Math.round(seconds));
  }

  private Provenance fitted(Provenance provenance, String key, String split) {
    return provenance.with(key, split).with(key + ".sha256", data.split(split).fingerprint());
  }
}
