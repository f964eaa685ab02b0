package dev.rpdr.cli.experiment;

import dev.rpdr.CandidateList;
import dev.rpdr.Dataset;
import dev.rpdr.Mention;
import dev.rpdr.ProgressListener;
import dev.rpdr.Provenance;
import dev.rpdr.Ranking;
import dev.rpdr.StudentReranker;
import dev.rpdr.TeacherAnswer;
import dev.rpdr.TeacherLlm;
import dev.rpdr.eval.Protocol;
import dev.rpdr.nn.EncoderOptions;
import dev.rpdr.nn.ModelFiles;
import dev.rpdr.nn.Pooling;
import dev.rpdr.nn.TextEncoder;
import dev.rpdr.retriever.AliasedRetriever;
import dev.rpdr.retriever.DenseRetriever;
import dev.rpdr.retriever.HybridRetriever;
import dev.rpdr.retriever.TextAnalysis;
import dev.rpdr.retriever.TfIdfRetriever;
import dev.rpdr.retriever.WeightedNames;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes rankers of what an experiment's systems say. Owns the encoders and indexes it opens. */
final class Systems implements AutoCloseable {
  private static final int DEFAULT_MAX_TOKENS = 64;

  private final ExperimentConfig config;
  private final ExperimentData data;
  private final TrainedStudents students;
  private final JoinedStudents joined;
  private final Path indexes;
  private final ProgressListener progress;
  private final Map<String, Traced> retrievers = new HashMap<>();
  private final Deque<AutoCloseable> open = new ArrayDeque<>();

  Systems(
      ExperimentConfig config,
      ExperimentData data,
      TrainedStudents students,
      Path indexes,
      ProgressListener progress) {
    this.config = config;
    this.data = data;
    this.students = students;
    joined = new JoinedStudents(data, students, progress);
    this.indexes = indexes;
    this.progress = progress;
  }

  /**
   * Something that ranks mentions, ready to run.
   *
   * @param notes what a reader of its numbers must know
   */
  record Ranker(
      Function<List<Mention>, List<Ranking>> function, Provenance provenance, List<String> notes) {
    List<Ranking> rank(List<Mention> mentions) {
      return function.apply(mentions);
    }

    Ranker with(String note) {
      return new Ranker(function, provenance, Traced.plus(notes, note));
    }
  }

  /** Whether a system changes with the seed: it, or what it ranks, is a student. */
  boolean isTrained(SystemConfig system) {
    return system.student() != null
        || system.students() != null
        || sources(system).stream().anyMatch(this::isTrained);
  }

  /** What a system was allowed to know: the file's, unless it finds by a teacher's aliases. */
  Protocol protocol(SystemConfig system) {
    return hasAliases(system) ? Protocol.LABELS_PLUS_TEACHER_ALIASES : config.protocol();
  }

  private boolean hasAliases(SystemConfig system) {
    return system.aliases() != null || sources(system).stream().anyMatch(this::hasAliases);
  }

  /** The retrievers that a system takes candidates from. */
  private List<SystemConfig> sources(SystemConfig system) {
    String on = system.on();
    List<String> names =
        system.of() != null
            ? system.of()
            : on == null || data.hasCandidates(on) ? List.of() : List.of(on);
    return config.systems().stream()
        .filter(other -> other.isRetriever() && names.contains(other.name()))
        .toList();
  }

  Ranker ranker(SystemConfig system) {
    return switch (system.kind()) {
      case TFIDF, DENSE, HYBRID, STUDENT_RETRIEVER -> retrieved(retriever(system), config.k());
      case CANDIDATES -> retrieved(source(system), top(system));
      case TEACHER -> {
        TeacherLlm teacher =
            data.teacher(Objects.requireNonNull(system.teacher())).lenient().ignoringCase();
        yield reranked(
            system,
            requests -> teacher.rankAll(requests).stream().map(TeacherAnswer::ranking).toList(),
            Provenance.none().with("teacher", teacher.identity()));
      }
      case STUDENT -> {
        String name = Objects.requireNonNull(system.student());
        StudentReranker student = students.student(name);
        yield calibrated(
            system,
            new JoinedStudents.Joined(student::rerankAll, studentProvenance(name, student), null));
      }
      case CASCADE, FUSED -> calibrated(system, joined.of(system, rows -> toFitOn(system, rows)));
      case ESCALATE -> reranked(system, joined.of(system, rows -> toFitOn(system, rows)));
    };
  }

  @Override
  public void close() {
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (Exception e) {
        throw new IllegalStateException("closing an encoder or index failed", e);
      }
    }
  }

  private Ranker reranked(SystemConfig system, JoinedStudents.Joined student) {
    Ranker ranker = reranked(system, student.function(), student.provenance());
    return student.note() == null ? ranker : ranker.with(student.note());
  }

  /** With confidences, where the system says what they are fitted on. */
  private Ranker calibrated(SystemConfig system, JoinedStudents.Joined plain) {
    return reranked(
        system,
        system.calibrate() == null
            ? plain
            : joined.calibrated(system, plain, rows -> toFitOn(system, rows)));
  }

  private Ranker reranked(
      SystemConfig system,
      Function<List<CandidateList>, List<Ranking>> ranker,
      Provenance provenance) {
    Traced source = source(system);
    return new Ranker(
        mentions -> ranker.apply(source.retriever().retrieveAll(mentions, top(system))),
        provenance.with("candidates", source.provenance()),
        source.notes());
  }

  private static Ranker retrieved(Traced source, int k) {
    return new Ranker(
        mentions ->
            source.retriever().retrieveAll(mentions, k).stream().map(Ranking::asRetrieved).toList(),
        source.provenance(),
        source.notes());
  }

  private static int top(SystemConfig system) {
    return system.top() == null ? Integer.MAX_VALUE : system.top();
  }

  /** The candidates of rows that something is fitted on. */
  private List<CandidateList> toFitOn(SystemConfig system, Dataset rows) {
    String on = system.fitOn() == null ? Objects.requireNonNull(system.on()) : system.fitOn();
    return source(on).retriever().retrieveAll(rows.unlabelled(), top(system));
  }

  private Traced source(SystemConfig system) {
    return source(Objects.requireNonNull(system.on()));
  }

  /** The candidates that a system ranks: recorded ones whole, a retriever's first k. */
  private Traced source(String on) {
    if (data.hasCandidates(on)) {
      return new Traced(data.candidates(on), Provenance.none().with("source", on));
    }
    Traced retriever =
        retriever(
            config.systems().stream()
                .filter(other -> other.name().equals(on))
                .findFirst()
                .orElseThrow());
    return new Traced(
        (mention, k) -> retriever.retriever().retrieve(mention, Math.min(k, config.k())),
        retriever.provenance().with("source", on),
        retriever.notes());
  }

  private Traced retriever(SystemConfig system) {
    Traced traced = retrievers.get(system.name());
    if (traced == null) {
      traced = make(system);
      retrievers.put(system.name(), traced);
    }
    return traced;
  }

  private Traced make(SystemConfig system) {
    return switch (system.kind()) {
      case TFIDF -> {
        TfIdfRetriever retriever = TfIdfRetriever.build(data.knowledgeBase(), analysis(system));
        Traced plain = new Traced(retriever, retriever.provenance());
        yield aliased(system, plain, retriever::withAliases);
      }
      case DENSE -> {
        EncoderOptions options =
            system.pooling() == Pooling.CLS ? EncoderOptions.cls() : EncoderOptions.mean();
        options =
            options.withMaxTokens(
                system.maxTokens() == null ? DEFAULT_MAX_TOKENS : system.maxTokens());
        options =
            system.queryPrefix() == null ? options : options.withQueryPrefix(system.queryPrefix());
        yield dense(
            system,
            opened(
                TextEncoder.open(
                    ModelFiles.parse(Objects.requireNonNull(system.encoder())), options)),
            null);
      }
      case STUDENT_RETRIEVER -> {
        String student = Objects.requireNonNull(system.student());
        yield dense(system, opened(TextEncoder.open(students.encoder(student))), student);
      }
      case HYBRID -> hybrid(system);
      case CANDIDATES, TEACHER, STUDENT, CASCADE, FUSED, ESCALATE ->
          throw new IllegalArgumentException(system.kind() + " is no retriever");
    };
  }

  private Traced dense(SystemConfig system, TextEncoder encoder, @Nullable String student) {
    ProgressListener named =
        (stage, done, total, message) ->
            progress.onProgress(system.name() + ": " + stage, done, total, message);
    DenseRetriever retriever =
        opened(
            student == null
                ? DenseRetriever.openOrBuild(
                    indexes.resolve(system.name()), data.knowledgeBase(), encoder, named)
                : DenseRetriever.build(data.knowledgeBase(), encoder, named));
    Provenance provenance = retriever.provenance();
    Traced plain =
        new Traced(
            retriever,
            student == null
                ? provenance
                : provenance.with("train.seconds", Math.round(students.trainingSeconds(student))));
    return aliased(system, plain, aliases -> opened(retriever.withAliases(aliases, named)));
  }

  /** A retriever that knows a teacher's aliases besides, where the system has any. */
  private Traced aliased(
      SystemConfig system, Traced plain, Function<WeightedNames, AliasedRetriever> with) {
    AliasConfig settings = system.aliases();
    return settings == null
        ? plain
        : new AliasedSystem("systems." + system.name() + ".aliases", settings, data)
            .of(plain, with);
  }

  private Traced hybrid(SystemConfig system) {
    HybridRetriever.Builder builder = HybridRetriever.builder();
    Provenance provenance = Provenance.none();
    List<String> notes = List.of();
    for (String name : Objects.requireNonNull(system.of())) {
      Traced part =
          retriever(
              config.systems().stream()
                  .filter(other -> other.name().equals(name) && other.isRetriever())
                  .findFirst()
                  .orElseThrow(
                      () ->
                          new IllegalArgumentException(
                              "systems."
                                  + system.name()
                                  + ".of: '"
                                  + name
                                  + "' is not a retriever of this experiment")));
      builder.add(part.retriever());
      provenance = provenance.with(name, part.provenance());
      for (String note : part.notes()) {
        notes = Traced.plus(notes, name + ": " + note);
      }
    }
    return new Traced(builder.build(), provenance, notes);
  }

  private static TextAnalysis analysis(SystemConfig system) {
    TextAnalysis analysis =
        analysis(
            "systems." + system.name(),
            String.valueOf(system.analysis()),
            system.min(),
            system.max());
    return system.caseSensitive() ? analysis.caseSensitive() : analysis;
  }

  /**
   * An analysis by its name.
   *
   * @param at where in the experiment it stands
   */
  static TextAnalysis analysis(
      String at, String name, @Nullable Integer min, @Nullable Integer max) {
    return switch (name) {
      case "word" -> TextAnalysis.word();
      case "char-wb" -> TextAnalysis.charWordBoundary(orDefault(min, 3), orDefault(max, 5));
      case "chars" -> TextAnalysis.chars(orDefault(min, 1), orDefault(max, 2));
      default ->
          throw new IllegalArgumentException(
              at + ".analysis: '" + name + "' is unknown; known are word, char-wb, chars");
    };
  }

  private Provenance studentProvenance(String name, StudentReranker student) {
    return student.provenance().with("train.seconds", Math.round(students.trainingSeconds(name)));
  }

  private static int orDefault(@Nullable Integer value, int fallback) {
    return value == null ? fallback : value;
  }

  private <T extends AutoCloseable> T opened(T resource) {
    open.push(resource);
    return resource;
  }
}
