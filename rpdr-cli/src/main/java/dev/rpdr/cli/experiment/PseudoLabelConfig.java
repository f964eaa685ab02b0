package dev.rpdr.cli.experiment;

import static dev.rpdr.cli.experiment.ExperimentConfig.required;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Unlabelled mentions that students rank for another student; see {@link
 * dev.rpdr.distill.noise.PseudoLabels}.
 *
 * @param mentions a file of mentions, or a split, whose gold is not looked at; mentions that the
 *     teacher ranked are left out
 * @param by students that stand before this one, at least one of them a bi-encoder (or a soup of
 *     one): bi-encoders find the candidates, all rank them
 * @param weight what each counts beside a teacher's ranking, above 0 to 1; .5 where absent
 * @param minConfidence what the highest probability must reach; 0 where absent
 */
record PseudoLabelConfig(
    String mentions, List<String> by, @Nullable Double weight, double minConfidence) {
  PseudoLabelConfig {
    required(mentions, "students.pseudo-labels.mentions");
    required(by, "students.pseudo-labels.by");
    by = List.copyOf(by);
    weight = weight == null ? Double.valueOf(.5) : weight;
    ExperimentConfig.check(
        weight > 0 && weight <= 1,
        "students.pseudo-labels.weight must be above 0 and at most 1, not " + weight);
    ExperimentConfig.check(
        minConfidence >= 0 && minConfidence <= 1,
        "students.pseudo-labels.min-confidence must be 0 to 1, not " + minConfidence);
  }

  /** Refuses students that do not stand before, and an ensemble that cannot find candidates. */
  void requireIn(String student, Map<String, StudentConfig> students, Set<String> before) {
    String at = "students." + student + ".pseudo-labels.by: ";
    for (String name : by) {
      ExperimentConfig.check(
          before.contains(name),
          at
              + "'"
              + name
              + "' is not one of the students that stand before it, which are "
              + before);
    }
    ExperimentConfig.check(
        by.stream().anyMatch(name -> biEncoder(students, name) != null),
        at + "at least one must be a bi-encoder or a soup of one, which finds the candidates");
  }

  /** What a student is as a bi-encoder, or null where it is none. */
  static StudentConfig.@Nullable BiEncoder biEncoder(
      Map<String, StudentConfig> students, String name) {
    StudentConfig student = students.get(name);
    if (student instanceof StudentConfig.Soup soup) {
      return biEncoder(students, soup.of());
    }
    return student instanceof StudentConfig.BiEncoder biEncoder ? biEncoder : null;
  }
}
