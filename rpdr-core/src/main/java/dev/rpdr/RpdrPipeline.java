package dev.rpdr;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * The whole way: retrieve, teach, distil, link, evaluate. It joins parts that the caller made; each
 * call needs some of them and names the missing one.
 *
 * <pre>{@code
 * RpdrPipeline pipeline = RpdrPipeline.builder(knowledgeBase).retriever(retriever).teacher(teacher)
 *     .trainer(trainer).evaluator(evaluator).build();
 * TrainingSet rankings = pipeline.teach(unlabelledMentions, journal);
 * try (RpdrPipeline linker = pipeline.distill(rankings, folder)) {
 *   Ranking ranking = linker.link(Mention.of("heart attack"));
 * }
 * }</pre>
 *
 * <p>Immutable, and thread-safe as its parts are. The caller owns and closes the parts; {@link
 * #close()} closes only what the pipeline itself opened, the student of {@link #distill}.
 */
public final class RpdrPipeline implements AutoCloseable {
  private final Builder parts;
  private final boolean ownsStudent;

  private RpdrPipeline(Builder parts, boolean ownsStudent) {
    this.parts = new Builder(parts);
    this.ownsStudent = ownsStudent;
  }

  /** A pipeline over a knowledge base; a retriever is needed, other parts only by some calls. */
  public static Builder builder(KnowledgeBase knowledgeBase) {
    return new Builder(knowledgeBase);
  }

  /** What is linked to. */
  public KnowledgeBase knowledgeBase() {
    return parts.knowledgeBase;
  }

  /** Candidates of a mention, as many as {@link Builder#candidates(int)} says. */
  public CandidateList retrieve(Mention mention) {
    return retriever().retrieve(mention, parts.k);
  }

  /**
   * Links a mention: retrieves and lets the student re-rank.
   *
   * @throws IllegalStateException if there is no student
   */
  public Ranking link(Mention mention) {
    StudentReranker student = student("link");
    return student.rerank(retrieve(mention));
  }

  /**
   * Links many mentions lazily, in batches, in their order. The stream is sequential.
   *
   * @throws IllegalStateException if there is no student (at this call, not at the stream's end)
   */
  public Stream<Ranking> linkAll(Stream<Mention> mentions) {
    StudentReranker student = student("linkAll");
    return batches(mentions)
        .flatMap(batch -> student.rerankAll(retriever().retrieveAll(batch, parts.k)).stream());
  }

  /**
   * Asks the teacher about unlabelled mentions. Answers the journal holds are not asked for again,
   * so a run that broke off is continued by calling this again with the same arguments.
   *
   * @param mentions unlabelled mentions
   * @param journal where answers are kept before they are used
   * @return the rankings that the teacher gave, with provenance
   * @throws IllegalStateException if there is no teacher
   * @throws RpdrException if the teacher cannot answer; what was answered before is in the journal
   */
  public TrainingSet teach(Stream<Mention> mentions, TeacherJournal journal) {
    TeacherLlm teacher = require(parts.teacher, "teach", "a teacher", "teacher(TeacherLlm)");
    TeacherLlm journaling = journal.journaling(teacher, parts.knowledgeBase);
    List<Ranking> rankings = new ArrayList<>();
    batches(mentions)
        .forEach(
            batch ->
                journaling
                    .rankAll(retriever().retrieveAll(batch, parts.k))
                    .forEach(answer -> rankings.add(answer.ranking())));
    TrainingSet trainingSet = TrainingSet.of(rankings, teacher.identity());
    return trainingSet.withProvenance(
        trainingSet
            .provenance()
            .with("knowledge-base.sha256", parts.knowledgeBase.fingerprint())
            .with("candidates", parts.k));
  }

  /**
   * Trains a student on a teacher's rankings.
   *
   * @param folder where the student is saved
   * @return a pipeline with the same parts and the new student, which it owns: close it
   * @throws IllegalStateException if there is no trainer
   */
  public RpdrPipeline distill(TrainingSet trainingSet, Path folder) {
    StudentTrainer trainer =
        require(parts.trainer, "distill", "a trainer", "trainer(StudentTrainer)");
    StudentReranker trained = trainer.train(trainingSet, folder, parts.progress);
    return new RpdrPipeline(new Builder(parts).student(trained), true);
  }

  /**
   * Links all mentions of a dataset and compares with gold.
   *
   * @throws IllegalStateException if there is no evaluator or no student
   */
  public Evaluation evaluate(Dataset dataset) {
    Evaluator evaluator =
        require(parts.evaluator, "evaluate", "an evaluator", "evaluator(Evaluator)");
    return evaluator.evaluate(dataset, linkAll(dataset.unlabelled().stream()).toList());
  }

  /** Closes the student that {@link #distill} opened; a student that was handed in stays open. */
  @Override
  public void close() {
    if (ownsStudent && parts.student != null) {
      parts.student.close();
    }
  }

  private Retriever retriever() {
    return require(parts.retriever, "retrieve", "a retriever", "retriever(Retriever)");
  }

  private StudentReranker student(String call) {
    return require(
        parts.student,
        call,
        "a student",
        "student(StudentReranker), or the pipeline that distill(...) returns");
  }

  private static <T> T require(@Nullable T part, String call, String what, String method) {
    if (part == null) {
      throw new IllegalStateException(
          call + " needs " + what + ": supply one with RpdrPipeline.Builder." + method);
    }
    return part;
  }

  private Stream<List<Mention>> batches(Stream<Mention> mentions) {
    Iterator<Mention> all = mentions.iterator();
    Iterator<List<Mention>> batches =
        new Iterator<>() {
          @Override
          public boolean hasNext() {
            return all.hasNext();
          }

          @Override
          public List<Mention> next() {
            List<Mention> batch = new ArrayList<>();
            do {
              batch.add(all.next());
            } while (batch.size() < parts.batchSize && all.hasNext());
            return batch;
          }
        };
    return StreamSupport.stream(
            Spliterators.spliteratorUnknownSize(batches, Spliterator.ORDERED | Spliterator.NONNULL),
            false)
        .onClose(mentions::close);
  }

  /** Collects the parts. Not thread-safe. */
  public static final class Builder {
    private final KnowledgeBase knowledgeBase;
    private @Nullable Retriever retriever;
    private @Nullable TeacherLlm teacher;
    private @Nullable StudentTrainer trainer;
    private @Nullable StudentReranker student;
    private @Nullable Evaluator evaluator;
    private ProgressListener progress = ProgressListener.SILENT;
    private int k = 10;
    private int batchSize = 256;

    private Builder(KnowledgeBase knowledgeBase) {
      this.knowledgeBase = Objects.requireNonNull(knowledgeBase, "knowledgeBase");
    }

    private Builder(Builder other) {
      knowledgeBase = other.knowledgeBase;
      retriever = other.retriever;
      teacher = other.teacher;
      trainer = other.trainer;
      student = other.student;
      evaluator = other.evaluator;
      progress = other.progress;
      k = other.k;
      batchSize = other.batchSize;
    }

    /** What finds candidates. Needed. */
    public Builder retriever(Retriever newRetriever) {
      retriever = Objects.requireNonNull(newRetriever, "retriever");
      return this;
    }

    /** What ranks candidates of unlabelled mentions; needed by {@link RpdrPipeline#teach}. */
    public Builder teacher(TeacherLlm newTeacher) {
      teacher = Objects.requireNonNull(newTeacher, "teacher");
      return this;
    }

    /** What makes students; needed by {@link RpdrPipeline#distill}. */
    public Builder trainer(StudentTrainer newTrainer) {
      trainer = Objects.requireNonNull(newTrainer, "trainer");
      return this;
    }

    /** What re-ranks for good; needed by {@link RpdrPipeline#link}. The caller closes it. */
    public Builder student(StudentReranker newStudent) {
      student = Objects.requireNonNull(newStudent, "student");
      return this;
    }

    /** What compares with gold; needed by {@link RpdrPipeline#evaluate}. */
    public Builder evaluator(Evaluator newEvaluator) {
      evaluator = Objects.requireNonNull(newEvaluator, "evaluator");
      return this;
    }

    /** Who hears of progress; nobody by default. */
    public Builder progress(ProgressListener newProgress) {
      progress = Objects.requireNonNull(newProgress, "progress");
      return this;
    }

    /**
     * How many candidates are retrieved, ≥ 1; 10 by default, as many as the recorded experiments
     * use.
     */
    public Builder candidates(int newK) {
      if (newK < 1) {
        throw new IllegalArgumentException("candidates must be >= 1, not " + newK);
      }
      k = newK;
      return this;
    }

    /** How many mentions go through the parts at once, ≥ 1; 256 by default. */
    public Builder batchSize(int newBatchSize) {
      if (newBatchSize < 1) {
        throw new IllegalArgumentException("batchSize must be >= 1, not " + newBatchSize);
      }
      batchSize = newBatchSize;
      return this;
    }

    /**
     * Builds the pipeline.
     *
     * @throws IllegalStateException if there is no retriever
     */
    public RpdrPipeline build() {
      require(retriever, "a pipeline", "a retriever", "retriever(Retriever)");
      return new RpdrPipeline(this, false);
    }
  }
}
