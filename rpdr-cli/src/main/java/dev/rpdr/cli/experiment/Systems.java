package dev.rpdr.cli.experiment;

import dev.rpdr.CandidateList;
import dev.rpdr.Dataset;
import dev.rpdr.Mention;
import dev.rpdr.ProgressListener;
import dev.rpdr.Provenance;
import dev.rpdr.Ranking;
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
import dev.rpdr.retriever.TfIdfRetriever;
import dev.rpdr.retriever.WeightedNames;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    return !system.namedStudents().isEmpty() || sources(system).stream().anyMatch(this::isTrained);
  }

  /** What a system was allowed to know: the file's, unless it finds by a teacher's aliases. */
  Protocol protocol(SystemConfig system) {
    return hasAliases(system) ? Protocol.LABELS_PLUS_TEACHER_ALIASES : config.protocol();
  }

  private boolean hasAliases(SystemConfig system) {
    return (system instanceof SystemConfig.Named named && named.aliases() != null)
        || sources(system).stream().anyMatch(this::hasAliases);
  }

  /** The retrievers that a system takes candidates from. */
  private List<SystemConfig> sources(SystemConfig system) {
    List<String> names =
        system instanceof SystemConfig.Hybrid hybrid
            ? hybrid.of()
            : system instanceof SystemConfig.Reranking ranking && !data.hasCandidates(ranking.on())
                ? List.of(ranking.on())
                : List.of();
    return config.systems().stream()
        .filter(other -> other instanceof SystemConfig.Retrieving && names.contains(other.name()))
        .toList();
  }

  Ranker ranker(SystemConfig system) {
    if (system instanceof SystemConfig.Retrieving retrieving) {
      return retrieved(retriever(retrieving), config.k());
    }
    if (system instanceof SystemConfig.Candidates candidates) {
      return retrieved(source(candidates.on()), top(candidates));
    }
    if (system instanceof SystemConfig.Teacher recorded) {
      TeacherLlm teacher = data.teacher(recorded.teacher()).lenient().ignoringCase();
      return reranked(
          recorded,
          requests -> teacher.rankAll(requests).stream().map(TeacherAnswer::ranking).toList(),
          Provenance.none().with("teacher", teacher.identity()));
    }
    SystemConfig.ByStudents byStudents = (SystemConfig.ByStudents) system;
    JoinedStudents.Joined joint = joined.of(byStudents, rows -> toFitOn(byStudents, rows));
    Ranker ranker = reranked(byStudents, joint.function(), joint.provenance());
    return joint.note() == null ? ranker : ranker.with(joint.note());
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

  private Ranker reranked(
      SystemConfig.Reranking system,
      Function<List<CandidateList>, List<Ranking>> ranker,
      Provenance provenance) {
    Traced source = source(system.on());
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

  private static int top(SystemConfig.Reranking system) {
    return system.top() == null ? Integer.MAX_VALUE : system.top();
  }

  /** The candidates of rows that something is fitted on. */
  private List<CandidateList> toFitOn(SystemConfig.ByStudents system, Dataset rows) {
    String on = system.fitOn() == null ? system.on() : system.fitOn();
    return source(on).retriever().retrieveAll(rows.unlabelled(), top(system));
  }

  /** The candidates that a system ranks: recorded ones whole, a retriever's first k. */
  private Traced source(String on) {
    if (data.hasCandidates(on)) {
      return new Traced(data.candidates(on), Provenance.none().with("source", on));
    }
    Traced retriever = retriever(retrieverOf(on).orElseThrow());
    return new Traced(
        (mention, k) -> retriever.retriever().retrieve(mention, Math.min(k, config.k())),
        retriever.provenance().with("source", on),
        retriever.notes());
  }

  private Optional<SystemConfig.Retrieving> retrieverOf(String name) {
    return config.systems().stream()
        .filter(system -> system.name().equals(name))
        .filter(SystemConfig.Retrieving.class::isInstance)
        .map(SystemConfig.Retrieving.class::cast)
        .findFirst();
  }

  private Traced retriever(SystemConfig.Retrieving system) {
    Traced traced = retrievers.get(system.name());
    if (traced == null) {
      traced = make(system);
      retrievers.put(system.name(), traced);
    }
    return traced;
  }

  private Traced make(SystemConfig.Retrieving system) {
    if (system instanceof SystemConfig.TfIdf tfidf) {
      TfIdfRetriever retriever = TfIdfRetriever.build(data.knowledgeBase(), tfidf.textAnalysis());
      Traced plain = new Traced(retriever, retriever.provenance());
      return aliased(tfidf, plain, retriever::withAliases);
    }
    if (system instanceof SystemConfig.Dense dense) {
      EncoderOptions options =
          dense.pooling() == Pooling.CLS ? EncoderOptions.cls() : EncoderOptions.mean();
      options =
          options.withMaxTokens(dense.maxTokens() == null ? DEFAULT_MAX_TOKENS : dense.maxTokens());
      options =
          dense.queryPrefix() == null ? options : options.withQueryPrefix(dense.queryPrefix());
      return dense(
          dense, opened(TextEncoder.open(ModelFiles.parse(dense.encoder()), options)), null);
    }
    if (system instanceof SystemConfig.StudentRetriever student) {
      return dense(
          student,
          opened(TextEncoder.open(students.encoder(student.student()))),
          student.student());
    }
    return hybrid((SystemConfig.Hybrid) system);
  }

  private Traced dense(SystemConfig.Named system, TextEncoder encoder, @Nullable String student) {
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
      SystemConfig.Named system, Traced plain, Function<WeightedNames, AliasedRetriever> with) {
    AliasConfig settings = system.aliases();
    return settings == null
        ? plain
        : new AliasedSystem("systems." + system.name() + ".aliases", settings, data)
            .of(plain, with);
  }

  private Traced hybrid(SystemConfig.Hybrid system) {
    HybridRetriever.Builder builder = HybridRetriever.builder();
    Provenance provenance = Provenance.none();
    List<String> notes = List.of();
    for (String name : system.of()) {
      Traced part =
          retriever(
              retrieverOf(name)
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

  private <T extends AutoCloseable> T opened(T resource) {
    open.push(resource);
    return resource;
  }
}
