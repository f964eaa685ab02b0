package dev.rpdr.cli.experiment;

import static dev.rpdr.cli.experiment.ExperimentConfig.check;
import static dev.rpdr.cli.experiment.ExperimentConfig.required;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.rpdr.distill.CascadeGrid;
import dev.rpdr.distill.CascadeOptions;
import dev.rpdr.nn.Pooling;
import dev.rpdr.retriever.TextAnalysis;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A row of the report.
 *
 * @param name the row's name
 * @param kind what it does; which further keys it takes depends on it
 * @param analysis of a TF-IDF retriever: word, char-wb or chars
 * @param caseSensitive of a TF-IDF retriever by words; false where absent
 * @param min the shortest n-gram of char-wb and chars
 * @param max the longest n-gram of char-wb and chars
 * @param encoder of a dense retriever: {@code maven:NAME} or a folder
 * @param pooling of a dense retriever's encoder: cls or mean
 * @param queryPrefix of a dense retriever's encoder, put in front of mentions
 * @param maxTokens of a dense retriever's encoder; 64 where absent
 * @param of of a hybrid retriever: the retrievers it fuses
 * @param on what a teacher or a student ranks: candidate lists or a retriever
 * @param teacher the teacher record whose answers are the system
 * @param student the student that ranks, or whose encoder retrieves; of a cascade the second
 * @param first of a cascade: the student that ranks before
 * @param join of a cascade: how both are joined; absent keys keep the defaults
 * @param aliases of a TF-IDF, dense or student retriever: further names that a teacher gave
 * @param students of a fused system: the students whose scores are summed
 * @param lexical of a fused system: how spelling is compared, which counts as a further student
 * @param fit of a fused system: the split that its weights are fitted on
 * @param calibrate of what ranks by students: the split that its confidence is fitted on; an
 *     escalating student needs one
 * @param fitOn what weights, a join or a calibration are fitted on the candidates of, where what
 *     the system ranks lacks the fitted split; {@code on} where absent
 * @param questions of an escalating student: how many mentions, the least sure first, its teacher
 *     is asked about at most, ≥ 0
 * @param top how many of the candidates are ranked; all where absent
 */
record SystemConfig(
    String name,
    Kind kind,
    @Nullable String analysis,
    boolean caseSensitive,
    @Nullable Integer min,
    @Nullable Integer max,
    @Nullable String encoder,
    @Nullable Pooling pooling,
    @Nullable String queryPrefix,
    @Nullable Integer maxTokens,
    @Nullable List<String> of,
    @Nullable String on,
    @Nullable String teacher,
    @Nullable String student,
    @Nullable String first,
    @Nullable Join join,
    @Nullable AliasConfig aliases,
    @Nullable List<String> students,
    @Nullable Lexical lexical,
    @Nullable String fit,
    @Nullable String calibrate,
    @Nullable String fitOn,
    @Nullable Integer questions,
    @Nullable Integer top) {

  SystemConfig {
    required(name, "systems.name");
    required(kind, "systems." + name + ".kind");
    switch (kind) {
      case TFIDF -> needs(name, kind, Map.of("analysis", analysis != null));
      case DENSE ->
          needs(name, kind, Map.of("encoder", encoder != null, "pooling", pooling != null));
      case HYBRID -> needs(name, kind, Map.of("of", of != null));
      case CANDIDATES -> needs(name, kind, Map.of("on", on != null));
      case TEACHER -> needs(name, kind, Map.of("teacher", teacher != null, "on", on != null));
      case STUDENT_RETRIEVER -> needs(name, kind, Map.of("student", student != null));
      case STUDENT -> needs(name, kind, Map.of("student", student != null, "on", on != null));
      case CASCADE ->
          needs(
              name,
              kind,
              Map.of("first", first != null, "student", student != null, "on", on != null));
      case FUSED ->
          needs(
              name,
              kind,
              Map.of(
                  "students", students != null && !students.isEmpty(),
                  "on", on != null,
                  "fit", fit != null));
      case ESCALATE ->
          needs(
              name,
              kind,
              Map.of(
                  "student", student != null,
                  "on", on != null,
                  "teacher", teacher != null,
                  "calibrate", calibrate != null,
                  "questions", questions != null));
    }
    check(
        kind == Kind.ESCALATE || questions == null,
        "systems." + name + ": questions are for kind escalate, not " + kind);
    check(
        calibrate == null || kind.ranksByStudents(),
        "systems."
            + name
            + ": calibrate is for kinds student, cascade, fused and escalate, not "
            + kind);
    check(
        kind == Kind.FUSED || (students == null && lexical == null && fit == null),
        "systems." + name + ": students, lexical and fit are for kind fused, not " + kind);
    check(
        questions == null || questions >= 0,
        "systems." + name + ".questions must be >= 0, not " + questions);
    check(
        aliases == null
            || kind == Kind.TFIDF
            || kind == Kind.DENSE
            || kind == Kind.STUDENT_RETRIEVER,
        "systems."
            + name
            + ": aliases are for kinds tfidf, dense and student-retriever, not "
            + kind);
    check(
        fitOn == null || calibrate != null || fit != null || (join != null && join.fit() != null),
        "systems." + name + ": fit-on is for what is fitted: fit, join.fit, or calibrate");
    if (join != null) {
      check(kind == Kind.CASCADE, "systems." + name + ": join is for kind cascade, not " + kind);
      check(
          join.fit() == null || !join.isGiven(),
          "systems."
              + name
              + ".join: with fit, temperature, weight, sure and place-weight are found on that"
              + " split; give fit or them, not both");
      check(
          join.fit() != null || join.loss() == null,
          "systems." + name + ".join.loss says what the early exit may cost, and needs fit");
    }
  }

  /** How texts are cut into the terms that are compared; as for a TF-IDF retriever. */
  record Lexical(
      String analysis, @Nullable Integer min, @Nullable Integer max, boolean caseSensitive) {
    Lexical {
      required(analysis, "lexical.analysis");
      Systems.analysis("lexical", analysis, min, max);
    }

    TextAnalysis textAnalysis() {
      TextAnalysis terms = Systems.analysis("lexical", analysis, min, max);
      return caseSensitive ? terms.caseSensitive() : terms;
    }
  }

  /**
   * How a cascade is joined: given, see {@link CascadeOptions} for ranges and defaults, or fitted.
   *
   * @param fit the split that it is fitted on
   * @param loss how much Acc@1 the early exit may cost there, 0 to 1; 0 where absent
   */
  record Join(
      @Nullable Double temperature,
      @Nullable Double weight,
      @Nullable Double sure,
      @Nullable Double placeWeight,
      @Nullable String fit,
      @Nullable Double loss) {
    Join {
      options(temperature, weight, sure, placeWeight);
      grid(loss);
    }

    private boolean isGiven() {
      return temperature != null || weight != null || sure != null || placeWeight != null;
    }

    CascadeGrid grid() {
      return grid(loss);
    }

    private static CascadeGrid grid(@Nullable Double loss) {
      CascadeGrid grid = CascadeGrid.defaults();
      return loss == null ? grid : grid.withAllowedLoss(loss);
    }

    CascadeOptions options() {
      return options(temperature, weight, sure, placeWeight);
    }

    private static CascadeOptions options(
        @Nullable Double temperature,
        @Nullable Double weight,
        @Nullable Double sure,
        @Nullable Double placeWeight) {
      CascadeOptions options = CascadeOptions.defaults();
      options = temperature == null ? options : options.withTemperature(temperature);
      options = weight == null ? options : options.withWeight(weight);
      options = sure == null ? options : options.withSure(sure);
      return placeWeight == null ? options : options.withPlaceWeight(placeWeight);
    }
  }

  /** What a row can be. */
  enum Kind {
    /** TF-IDF retrieval. */
    @JsonProperty("tfidf")
    TFIDF,
    /** Retrieval by an encoder as it is. */
    @JsonProperty("dense")
    DENSE,
    /** Reciprocal rank fusion of retrievers. */
    @JsonProperty("hybrid")
    HYBRID,
    /** Recorded candidates in their own order. */
    @JsonProperty("candidates")
    CANDIDATES,
    /** A recorded teacher's ranking used as the answer (the "raw LLM"). */
    @JsonProperty("teacher")
    TEACHER,
    /** Retrieval by a bi-encoder student over the whole knowledge base, end to end. */
    @JsonProperty("student-retriever")
    STUDENT_RETRIEVER,
    /** A student that re-ranks candidates. */
    @JsonProperty("student")
    STUDENT,
    /** Two students in a row: the second is asked where the first is not sure. */
    @JsonProperty("cascade")
    CASCADE,
    /** A weighted sum of the scores of several students. */
    @JsonProperty("fused")
    FUSED,
    /** A student that asks a recorded teacher where it is least sure. */
    @JsonProperty("escalate")
    ESCALATE;

    /** Whether students order the candidates, of whose scores confidences are made. */
    boolean ranksByStudents() {
      return this == STUDENT || this == CASCADE || this == FUSED || this == ESCALATE;
    }
  }

  boolean isRetriever() {
    return switch (kind) {
      case TFIDF, DENSE, HYBRID, STUDENT_RETRIEVER -> true;
      case CANDIDATES, TEACHER, STUDENT, CASCADE, FUSED, ESCALATE -> false;
    };
  }

  private static void needs(String name, Kind kind, Map<String, Boolean> keys) {
    keys.forEach(
        (key, present) -> check(present, "systems." + name + ": kind " + kind + " needs " + key));
  }
}
