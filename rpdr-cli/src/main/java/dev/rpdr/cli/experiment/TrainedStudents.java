package dev.rpdr.cli.experiment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rpdr.Fingerprint;
import dev.rpdr.NonRetriableException;
import dev.rpdr.ProgressListener;
import dev.rpdr.StudentReranker;
import dev.rpdr.TrainingSet;
import dev.rpdr.distill.StudentManifest;
import dev.rpdr.distill.StudentSoup;
import dev.rpdr.distill.Students;
import dev.rpdr.distill.train.LlmStudentTrainer;
import dev.rpdr.nn.ModelFiles;
import dev.rpdr.nn.checkpoint.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The students of an experiment for one seed, each trained when first asked for. A student that an
 * earlier run of the same experiment left behind is used again if everything that decides it is
 * equal (settings, rankings, base, seed): its key stands in a file beside its folder. Not
 * thread-safe.
 */
final class TrainedStudents implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TrainedStudents.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ExperimentConfig config;
  private final ExperimentData data;
  private final Path folder;
  private final long seed;
  private final ProgressListener progress;
  private final Map<String, StudentReranker> open = new HashMap<>();

  TrainedStudents(
      ExperimentConfig config,
      ExperimentData data,
      Path folder,
      long seed,
      ProgressListener progress) {
    this.config = config;
    this.data = data;
    this.folder = folder;
    this.seed = seed;
    this.progress = progress;
  }

  StudentReranker student(String name) {
    StudentReranker student = open.get(name);
    if (student == null) {
      student = trainOrOpen(name);
      open.put(name, student);
    }
    return student;
  }

  /** The files of a bi-encoder student as an encoder. */
  ModelFiles encoder(String name) {
    student(name);
    return ModelFiles.folder(folder.resolve(name));
  }

  @Override
  public void close() {
    open.values().forEach(StudentReranker::close);
    open.clear();
  }

  private StudentReranker trainOrOpen(String name) {
    StudentConfig student = config.students().get(name);
    if (student == null) {
      throw new IllegalArgumentException(
          "'" + name + "' is not one of the students " + config.students().keySet());
    }
    if (student instanceof StudentConfig.Soup soup) {
      return average(name, soup);
    }
    if (student instanceof StudentConfig.Llm llm) {
      return languageModel(name, llm);
    }
    return train(name, (StudentConfig.OfEncoder) student, seed, folder.resolve(name));
  }

  private StudentReranker languageModel(String name, StudentConfig.Llm llm) {
    Path checkpoint = data.folder().resolve(llm.base());
    Path target = folder.resolve(name);
    if (llm.untrained()) {
      try {
        Files.createDirectories(folder);
        Files.writeString(beside(target, ".seconds"), "0");
      } catch (IOException e) {
        throw new NonRetriableException("cannot write to " + folder + ": " + e.getMessage(), e);
      }
      return llm.open(checkpoint, seed);
    }
    TrainingSet rankings = data.trainingSet(llm, seed);
    String base;
    try (Checkpoint opened = Checkpoint.open(checkpoint)) {
      base = opened.sha256() + Fingerprint.ofBytes(opened.tokenizer());
    }
    return made(
        target,
        key(llm, base, rankings, seed),
        0,
        () ->
            LlmStudentTrainer.of(checkpoint, llm.options(seed))
                .train(rankings, target, renamed(name)));
  }

  private StudentReranker train(
      String name, StudentConfig.OfEncoder student, long memberSeed, Path target) {
    String base = student.baseStudent();
    ModelFiles files = base == null ? ModelFiles.parse(student.base()) : encoder(base);
    TrainingSet rankings = data.trainingSet(student, memberSeed);
    Lessons lessons = new Lessons(config, data, this, folder, seed);
    String from = files.onnxSha256() + files.tokenizerSha256();
    boolean plain = student.noise() == null && student.pseudoLabels() == null;
    String key =
        key(student, plain ? from : from + lessons.key(name, student), rankings, memberSeed);
    return made(
        target,
        key,
        0,
        () ->
            student
                .trainer(files, memberSeed)
                .train(
                    plain ? rankings : lessons.of(name, student, memberSeed, renamed(name)),
                    target,
                    renamed(name)));
  }

  /** The mean of the student it is of and of others like it, whose seeds follow. */
  private StudentReranker average(String name, StudentConfig.Soup soup) {
    StudentConfig.OfEncoder student =
        (StudentConfig.OfEncoder) Objects.requireNonNull(config.students().get(soup.of()));
    student(soup.of());
    List<Path> members = new ArrayList<>(List.of(folder.resolve(soup.of())));
    for (int member = 1; member < soup.members(); member++) {
      long memberSeed = seed + member;
      Path target = folder.resolve(name + ".members").resolve("seed-" + memberSeed);
      train(soup.of() + " of seed " + memberSeed, student, memberSeed, target).close();
      members.add(target);
    }
    Fingerprint key = new Fingerprint().add("soup");
    double seconds = 0;
    for (Path member : members) {
      key.add(StudentManifest.read(member).studentSha256());
      seconds += seconds(member);
    }
    Path target = folder.resolve(name);
    return made(
        target,
        key.hex(),
        seconds,
        () -> {
          StudentSoup.average(members, target);
          return Students.open(target);
        });
  }

  /**
   * A student that an earlier run left behind under the same key, or a new one.
   *
   * @param before seconds that its making took before
   */
  private StudentReranker made(
      Path target, String key, double before, Supplier<StudentReranker> maker) {
    Path keyFile = beside(target, ".key");
    try {
      Files.createDirectories(Objects.requireNonNull(target.getParent()));
      if (Files.exists(keyFile) && Files.readString(keyFile).equals(key)) {
        LOG.info("a student of an earlier run is used again: {}", target);
        return Students.open(target);
      }
      Files.deleteIfExists(keyFile);
      long start = System.nanoTime();
      StudentReranker made = maker.get();
      double seconds = before + (System.nanoTime() - start) / 1e9;
      Files.writeString(beside(target, ".seconds"), Double.toString(seconds));
      Files.writeString(keyFile, key);
      return made;
    } catch (IOException e) {
      throw new NonRetriableException(
          "cannot keep a student in " + target + ": " + e.getMessage(), e);
    }
  }

  private static Path beside(Path target, String ending) {
    return target.resolveSibling(target.getFileName() + ending);
  }

  /** How long training took, in seconds, also where the student is of an earlier run. */
  double trainingSeconds(String name) {
    return seconds(folder.resolve(name));
  }

  private static double seconds(Path student) {
    try {
      return Double.parseDouble(Files.readString(beside(student, ".seconds")));
    } catch (IOException e) {
      throw new NonRetriableException(
          "cannot read how long " + student + " was trained: " + e.getMessage(), e);
    }
  }

  private ProgressListener renamed(String student) {
    return (stage, done, total, message) ->
        progress.onProgress(student + ": " + stage, done, total, message);
  }

  /** What decides a student; {@code base} is the hash of what it starts from. */
  private static String key(StudentConfig student, String base, TrainingSet rankings, long seed) {
    try {
      return new Fingerprint()
          .add(JSON.writeValueAsString(student))
          .add(student.getClass().getSimpleName())
          .add(base)
          .add(rankings.provenance().toString())
          .add(Integer.toString(StudentManifest.FORMAT_VERSION))
          .add(Long.toString(seed))
          .hex();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a record of plain values can be written", e);
    }
  }
}
