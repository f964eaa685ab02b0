package dev.rpdr.cli.experiment;

import static dev.rpdr.cli.experiment.ExperimentConfig.check;
import static dev.rpdr.cli.experiment.ExperimentConfig.required;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.rpdr.nn.Pooling;
import dev.rpdr.retriever.TextAnalysis;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A row of the report; which keys it takes depends on its kind. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = SystemConfig.TfIdf.class, name = "tfidf"),
  @JsonSubTypes.Type(value = SystemConfig.Dense.class, name = "dense"),
  @JsonSubTypes.Type(value = SystemConfig.Hybrid.class, name = "hybrid"),
  @JsonSubTypes.Type(value = SystemConfig.StudentRetriever.class, name = "student-retriever"),
  @JsonSubTypes.Type(value = SystemConfig.Candidates.class, name = "candidates"),
  @JsonSubTypes.Type(value = SystemConfig.Teacher.class, name = "teacher"),
  @JsonSubTypes.Type(value = SystemConfig.Student.class, name = "student"),
  @JsonSubTypes.Type(value = SystemConfig.Cascade.class, name = "cascade"),
  @JsonSubTypes.Type(value = SystemConfig.Fused.class, name = "fused"),
  @JsonSubTypes.Type(value = SystemConfig.Escalate.class, name = "escalate")
})
sealed interface SystemConfig {
  /** The row's name. */
  String name();

  /** The students that it is made of, by the key that names them. */
  default Map<String, List<String>> namedStudents() {
    return Map.of();
  }

  /** The teacher records that it asks, by the key that names them. */
  default Map<String, String> namedTeachers() {
    return Map.of();
  }

  /** The splits that something is fitted on, by the key that says so. */
  default Map<String, String> fits() {
    return Map.of();
  }

  /** What finds candidates in the knowledge base. */
  sealed interface Retrieving extends SystemConfig {}

  /** What finds by names, and so may be given further ones by a teacher. */
  sealed interface Named extends Retrieving {
    @Nullable AliasConfig aliases();

    @Override
    default Map<String, String> namedTeachers() {
      AliasConfig aliases = aliases();
      return aliases == null ? Map.of() : Map.of("aliases.of", aliases.of());
    }

    @Override
    default Map<String, String> fits() {
      AliasConfig aliases = aliases();
      String split = aliases == null ? null : aliases.fit();
      return split == null ? Map.of() : Map.of("aliases.weight.fit", split);
    }
  }

  /** What orders the candidates of another. */
  sealed interface Reranking extends SystemConfig {
    /** What it ranks: candidate lists or a retriever. */
    String on();

    /** How many of the candidates are ranked; all where absent. */
    @Nullable Integer top();
  }

  /** What orders candidates by students, of whose scores confidences are made. */
  sealed interface ByStudents extends Reranking {
    /** The split that confidences are fitted on; none are given where absent. */
    @Nullable String calibrate();

    /**
     * What weights, a join or a calibration are fitted on the candidates of, where what the system
     * ranks lacks the fitted split; {@code on} where absent.
     */
    @Nullable String fitOn();
  }

  /**
   * TF-IDF retrieval.
   *
   * @param analysis word, char-wb or chars
   * @param caseSensitive false where absent
   * @param min the shortest n-gram of char-wb and chars
   * @param max the longest n-gram of char-wb and chars
   * @param aliases further names that a teacher gave
   */
  record TfIdf(
      String name,
      String analysis,
      boolean caseSensitive,
      @Nullable Integer min,
      @Nullable Integer max,
      @Nullable AliasConfig aliases)
      implements Named {
    public TfIdf {
      needs(name, "analysis", analysis);
    }

    TextAnalysis textAnalysis() {
      return LexicalConfig.analysis("systems." + name, analysis, min, max, caseSensitive);
    }
  }

  /**
   * Retrieval by an encoder as it is.
   *
   * @param encoder {@code maven:NAME} or a folder
   * @param pooling cls or mean
   * @param queryPrefix put in front of mentions
   * @param maxTokens 64 where absent
   * @param aliases further names that a teacher gave
   */
  record Dense(
      String name,
      String encoder,
      Pooling pooling,
      @Nullable String queryPrefix,
      @Nullable Integer maxTokens,
      @Nullable AliasConfig aliases)
      implements Named {
    public Dense {
      needs(name, "encoder", encoder);
      needs(name, "pooling", pooling);
    }
  }

  /**
   * Reciprocal rank fusion.
   *
   * @param of the retrievers it fuses
   */
  record Hybrid(String name, List<String> of) implements Retrieving {
    public Hybrid {
      needs(name, "of", of);
      of = List.copyOf(of);
    }
  }

  /**
   * Retrieval by a bi-encoder student over the whole knowledge base, end to end.
   *
   * @param aliases further names that a teacher gave
   */
  record StudentRetriever(String name, String student, @Nullable AliasConfig aliases)
      implements Named {
    public StudentRetriever {
      needs(name, "student", student);
    }

    @Override
    public Map<String, List<String>> namedStudents() {
      return Map.of("student", List.of(student));
    }
  }

  /** Candidates in their own order. */
  record Candidates(String name, String on, @Nullable Integer top) implements Reranking {
    public Candidates {
      needs(name, "on", on);
    }
  }

  /** A recorded teacher's ranking used as the answer (the "raw LLM"). */
  record Teacher(String name, String teacher, String on, @Nullable Integer top)
      implements Reranking {
    public Teacher {
      needs(name, "teacher", teacher);
      needs(name, "on", on);
    }

    @Override
    public Map<String, String> namedTeachers() {
      return Map.of("teacher", teacher);
    }
  }

  /** A student that re-ranks candidates. */
  record Student(
      String name,
      String student,
      String on,
      @Nullable String calibrate,
      @Nullable String fitOn,
      @Nullable Integer top)
      implements ByStudents {
    public Student {
      needs(name, "student", student);
      needs(name, "on", on);
      requireFit(name, fitOn, calibrate);
    }

    @Override
    public Map<String, List<String>> namedStudents() {
      return Map.of("student", List.of(student));
    }

    @Override
    public Map<String, String> fits() {
      return calibrate == null ? Map.of() : Map.of("calibrate", calibrate);
    }
  }

  /**
   * Two students in a row: the second is asked where the first is not sure.
   *
   * @param join how both are joined; absent keys keep the defaults
   */
  record Cascade(
      String name,
      String first,
      String student,
      String on,
      @Nullable JoinConfig join,
      @Nullable String calibrate,
      @Nullable String fitOn,
      @Nullable Integer top)
      implements ByStudents {
    public Cascade {
      needs(name, "first", first);
      needs(name, "student", student);
      needs(name, "on", on);
      if (join != null) {
        join.requireConsistent(name);
      }
      requireFit(name, fitOn, calibrate, join == null ? null : join.fit());
    }

    @Override
    public Map<String, List<String>> namedStudents() {
      Map<String, List<String>> all = new LinkedHashMap<>();
      all.put("first", List.of(first));
      all.put("student", List.of(student));
      return all;
    }

    @Override
    public Map<String, String> fits() {
      return bothFits("join.fit", join == null ? null : join.fit(), calibrate);
    }
  }

  /**
   * A weighted sum of the scores of several students.
   *
   * @param students whose scores are summed; may be none where something else is given to be summed
   * @param lexical how spelling is compared, which counts as a further student
   * @param prior a teacher, whose first choices say how often an entity is the answer ({@link
   *     dev.rpdr.distill.EntityPrior}); this counts as a further student
   * @param edits what a name may add to a mention or leave out, learnt from a teacher ({@link
   *     dev.rpdr.distill.EditStudent}); this counts as a further student
   * @param withoutPlace whether the place in the request counts for nothing, as it should where
   *     weights are fitted on the candidates of another retriever
   * @param fit the split that the weights are fitted on
   */
  record Fused(
      String name,
      List<String> students,
      @Nullable LexicalConfig lexical,
      @Nullable String prior,
      @Nullable EditConfig edits,
      boolean withoutPlace,
      String on,
      String fit,
      @Nullable String calibrate,
      @Nullable String fitOn,
      @Nullable Integer top)
      implements ByStudents {
    public Fused {
      students = students == null ? List.of() : List.copyOf(students);
      boolean light = lexical != null || prior != null || edits != null;
      needs(name, "students", students.isEmpty() && !light ? null : students);
      needs(name, "on", on);
      needs(name, "fit", fit);
    }

    @Override
    public Map<String, List<String>> namedStudents() {
      return Map.of("students", students);
    }

    @Override
    public Map<String, String> namedTeachers() {
      Map<String, String> named = new HashMap<>();
      if (prior != null) {
        named.put("prior", prior);
      }
      if (edits != null) {
        named.put("edits.teach", edits.teach());
      }
      return named;
    }

    @Override
    public Map<String, String> fits() {
      return bothFits("fit", fit, calibrate);
    }
  }

  /**
   * A student that asks a recorded teacher where it is least sure.
   *
   * @param questions how many mentions, the least sure first, its teacher is asked about at most, ≥
   *     0
   */
  record Escalate(
      String name,
      String student,
      String on,
      String teacher,
      String calibrate,
      Integer questions,
      @Nullable String fitOn,
      @Nullable Integer top)
      implements ByStudents {
    public Escalate {
      needs(name, "student", student);
      needs(name, "on", on);
      needs(name, "teacher", teacher);
      needs(name, "calibrate", calibrate);
      needs(name, "questions", questions);
      check(questions >= 0, "systems." + name + ".questions must be >= 0, not " + questions);
    }

    @Override
    public Map<String, List<String>> namedStudents() {
      return Map.of("student", List.of(student));
    }

    @Override
    public Map<String, String> namedTeachers() {
      return Map.of("teacher", teacher);
    }

    @Override
    public Map<String, String> fits() {
      return Map.of("calibrate", calibrate);
    }
  }

  private static Map<String, String> bothFits(
      String key, @Nullable String split, @Nullable String calibrate) {
    Map<String, String> fits = new LinkedHashMap<>();
    if (split != null) {
      fits.put(key, split);
    }
    if (calibrate != null) {
      fits.put("calibrate", calibrate);
    }
    return fits;
  }

  private static void needs(String name, String key, @Nullable Object value) {
    required(name, "systems.name");
    required(value, "systems." + name + "." + key);
  }

  private static void requireFit(String name, @Nullable String fitOn, @Nullable String... splits) {
    check(
        fitOn == null || Arrays.stream(splits).anyMatch(Objects::nonNull),
        "systems." + name + ": fit-on is for what is fitted: fit, join.fit, or calibrate");
  }
}
