package dev.rpdr.cli.experiment;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rpdr.Fingerprint;
import dev.rpdr.Mention;
import dev.rpdr.ProgressListener;
import dev.rpdr.StudentReranker;
import dev.rpdr.StudentTrainer;
import dev.rpdr.TrainingSet;
import dev.rpdr.distill.noise.CrossFit;
import dev.rpdr.distill.noise.PseudoLabels;
import dev.rpdr.nn.ModelFiles;
import dev.rpdr.nn.TextEncoder;
import dev.rpdr.retriever.DenseRetriever;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;

/**
 * What the students of an experiment learn from, where it is more than a teacher's rankings and
 * open synonyms: rankings judged by students, and rankings that other students made.
 */
final class Lessons {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The temperature of a bi-encoder that does not state its own. */
  private static final double BI_ENCODER_TEMPERATURE = .05;

  private final ExperimentConfig config;
  private final ExperimentData data;
  private final TrainedStudents students;
  private final Path folder;
  private final long seed;

  /**
   * @param students those that make pseudo-labels
   * @param folder where folds are kept
   * @param seed of the split into folds and of the judges, the same for all members of a soup
   */
  Lessons(
      ExperimentConfig config,
      ExperimentData data,
      TrainedStudents students,
      Path folder,
      long seed) {
    this.config = config;
    this.data = data;
    this.students = students;
    this.folder = folder;
    this.seed = seed;
  }

  /** All that a student learns from. */
  TrainingSet of(
      String name, StudentConfig.OfEncoder student, long memberSeed, ProgressListener progress) {
    TrainingSet rankings = data.rankings(student);
    NoiseConfig noise = student.noise();
    if (noise != null) {
      rankings = treated(name, noise, rankings, progress);
    }
    rankings = data.withKnowledge(student, rankings, memberSeed);
    PseudoLabelConfig pseudo = student.pseudoLabels();
    return pseudo == null
        ? rankings
        : rankings.and("pseudo-labels", pseudoLabels(student, pseudo, progress));
  }

  /** A hash of what decides the lessons besides the student's own settings and rankings. */
  String key(String name, StudentConfig.OfEncoder student) {
    Fingerprint hash = new Fingerprint();
    NoiseConfig noise = student.noise();
    if (noise != null) {
      hash.add(identity(judge(name, noise)));
    }
    PseudoLabelConfig pseudo = student.pseudoLabels();
    if (pseudo != null) {
      pseudo.by().forEach(by -> hash.add(students.student(by).provenance().toString()));
      mentions(student, pseudo).forEach(mention -> hash.add(mention.text()));
    }
    return hash.hex();
  }

  private TrainingSet treated(
      String name, NoiseConfig noise, TrainingSet rankings, ProgressListener progress) {
    StudentConfig.OfEncoder judge = judge(name, noise);
    ModelFiles files = ModelFiles.parse(judge.base());
    StudentTrainer trainer =
        (set, at, listener) ->
            judge.trainer(files, seed).train(data.withKnowledge(judge, set, seed), at, listener);
    Path folds = folder.resolve((noise.by() == null ? name : noise.by()) + ".folds");
    return noise.applyTo(
        CrossFit.of(noise.folds(), seed)
            .judge(rankings, trainer, identity(judge), folds, progress));
  }

  private StudentConfig.OfEncoder judge(String name, NoiseConfig noise) {
    String judge = noise.by() == null ? name : noise.by();
    return (StudentConfig.OfEncoder) Objects.requireNonNull(config.students().get(judge));
  }

  /** What a judge depends on besides rankings. */
  private String identity(StudentConfig.OfEncoder judge) {
    ModelFiles files = ModelFiles.parse(judge.base());
    ObjectNode settings = JSON.valueToTree(judge);
    settings.remove(List.of("noise", "pseudoLabels"));
    String known =
        judge.knowledge() == null
            ? ""
            : data.withKnowledge(judge, data.rankings(judge), seed).provenance().toString();
    return String.join(
        " ",
        judge.getClass().getSimpleName(),
        settings.toString(),
        files.onnxSha256(),
        files.tokenizerSha256(),
        Long.toString(seed),
        known);
  }

  private List<Mention> mentions(StudentConfig.OfEncoder student, PseudoLabelConfig pseudo) {
    return data.mentionsWithout(pseudo.mentions(), student.teach());
  }

  private TrainingSet pseudoLabels(
      StudentConfig.OfEncoder student, PseudoLabelConfig pseudo, ProgressListener progress) {
    PseudoLabels.Builder labels = PseudoLabels.builder().candidates(Math.max(2, config.k()));
    Deque<AutoCloseable> open = new ArrayDeque<>();
    try {
      for (String by : new ArrayList<>(pseudo.by())) {
        StudentReranker ranker = students.student(by);
        StudentConfig.BiEncoder finder = PseudoLabelConfig.biEncoder(config.students(), by);
        if (finder == null) {
          labels.student(ranker, 1);
        } else {
          Double temperature = finder.temperature();
          labels.student(ranker, temperature == null ? BI_ENCODER_TEMPERATURE : temperature);
          TextEncoder encoder = TextEncoder.open(students.encoder(by));
          open.push(encoder);
          DenseRetriever retriever = DenseRetriever.build(data.knowledgeBase(), encoder, progress);
          open.push(retriever);
          labels.retriever(retriever);
        }
      }
      return labels
          .build()
          .label(mentions(student, pseudo), pseudo.minConfidence())
          .weighted(Objects.requireNonNull(pseudo.weight()));
    } finally {
      close(open);
    }
  }

  private static void close(Deque<AutoCloseable> open) {
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (Exception e) {
        throw new IllegalStateException("closing an encoder or index failed", e);
      }
    }
  }
}
