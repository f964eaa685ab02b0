package dev.rpdr.cli.experiment;

import static dev.rpdr.cli.experiment.ExperimentConfig.required;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.rpdr.TrainingSet;
import dev.rpdr.distill.noise.CrossFitted;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is done about a teacher's mistakes before a student learns from its rankings: students that
 * have not seen a ranking judge it; see {@link CrossFitted}.
 *
 * @param folds how many students judge; 4 where absent
 * @param action what follows from their judgement
 * @param share of soften: the teacher's share of each target, 0 to 1; .5 where absent
 * @param least of filter: the agreement a ranking must have, 0 to 1; confident learning's rule
 *     where absent
 * @param by a student whose kind and settings the judges have; the student itself where absent
 */
record NoiseConfig(
    int folds, Action action, @Nullable Double share, @Nullable Double least, @Nullable String by) {
  NoiseConfig {
    required(action, "students.noise.action");
    folds = folds == 0 ? 4 : folds;
    ExperimentConfig.check(folds >= 2, "students.noise.folds must be >= 2, not " + folds);
    ExperimentConfig.check(
        share == null || action == Action.SOFTEN,
        "students.noise.share is for the action soften, not " + action);
    ExperimentConfig.check(
        least == null || action == Action.FILTER,
        "students.noise.least is for the action filter, not " + action);
  }

  /** What can be done. */
  enum Action {
    /** Rankings count by how far the judges agree. */
    @JsonProperty("weight")
    WEIGHT,
    /** Rankings that the judges disagree with are left out. */
    @JsonProperty("filter")
    FILTER,
    /** Targets are mixed with what the judges think. */
    @JsonProperty("soften")
    SOFTEN
  }

  /** The rankings that are learnt from. */
  TrainingSet applyTo(CrossFitted fitted) {
    return switch (action) {
      case WEIGHT -> fitted.reweighted();
      case FILTER -> least == null ? fitted.filtered() : fitted.filtered(least);
      case SOFTEN -> fitted.softened(share == null ? .5 : share);
    };
  }

  /** Refuses a judge that is unknown or has learnt what it would judge. */
  void requireIn(String student, Map<String, StudentConfig> students) {
    String judge = by == null ? student : by;
    String at = "students." + student + ".noise";
    StudentConfig known = students.get(judge);
    if (!(known instanceof StudentConfig.OfEncoder)) {
      throw new IllegalArgumentException(
          at
              + ".by: '"
              + judge
              + "' is not a student that is trained from an encoder; the students are "
              + students.keySet());
    }
    String base = known.baseStudent();
    ExperimentConfig.check(
        base == null,
        at
            + ": '"
            + judge
            + "' starts from the student '"
            + base
            + "', which has learnt the rankings that are to be judged; name by 'by' one that starts"
            + " from an encoder of its own");
  }
}
