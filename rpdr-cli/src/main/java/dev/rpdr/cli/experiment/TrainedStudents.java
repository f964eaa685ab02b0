package dev.rpdr.cli.experiment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rpdr.Fingerprint;
import dev.rpdr.NonRetriableException;
import dev.rpdr.ProgressListener;
import dev.rpdr.StudentReranker;
import dev.rpdr.StudentTrainer;
import dev.rpdr.TrainingSet;
import dev.rpdr.distill.StudentManifest;
import dev.rpdr.distill.Students;
import dev.rpdr.distill.train.LlmStudentTrainer;
import dev.rpdr.nn.ModelFiles;
import dev.rpdr.nn.checkpoint.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
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
    TrainingSet rankings = data.trainingSet(student, seed);
    if (student instanceof StudentConfig.Llm llm) {
      Path checkpoint = data.folder().resolve(llm.base());
      if (llm.untrained()) {
        return untrained(name, llm, checkpoint);
      }
      String sha256;
      try (Checkpoint opened = Checkpoint.open(checkpoint)) {
        sha256 = opened.sha256() + Fingerprint.ofBytes(opened.tokenizer());
      }
      StudentTrainer trainer = LlmStudentTrainer.of(checkpoint, llm.options(seed));
      return trainOrOpen(name, trainer, rankings, key(student, sha256, rankings));
    }
    StudentConfig.OfEncoder ofEncoder = (StudentConfig.OfEncoder) student;
    String base = student.baseStudent();
    ModelFiles files = base == null ? ModelFiles.parse(student.base()) : encoder(base);
    String key = key(student, files.onnxSha256() + files.tokenizerSha256(), rankings);
    return trainOrOpen(name, ofEncoder.trainer(files, seed), rankings, key);
  }

  private StudentReranker untrained(String name, StudentConfig.Llm llm, Path checkpoint) {
    try {
      Files.createDirectories(folder);
      Files.writeString(folder.resolve(name + ".seconds"), "0");
    } catch (IOException e) {
      throw new NonRetriableException("cannot write to " + folder + ": " + e.getMessage(), e);
    }
    return llm.open(checkpoint, seed);
  }

  private StudentReranker trainOrOpen(
      String name, StudentTrainer trainer, TrainingSet rankings, String key) {
    Path target = folder.resolve(name);
    Path keyFile = folder.resolve(name + ".key");
    try {
      Files.createDirectories(folder);
      if (Files.exists(keyFile) && Files.readString(keyFile).equals(key)) {
        LOG.info("student {} of an earlier run is used again: {}", name, target);
        return Students.open(target);
      }
      Files.deleteIfExists(keyFile);
      long start = System.nanoTime();
      StudentReranker trained = trainer.train(rankings, target, renamed(name));
      Files.writeString(keyFile, key);
      Files.writeString(
          folder.resolve(name + ".seconds"), Double.toString((System.nanoTime() - start) / 1e9));
      return trained;
    } catch (IOException e) {
      throw new NonRetriableException(
          "cannot keep student " + name + " in " + folder + ": " + e.getMessage(), e);
    }
  }

  /** How long training took, in seconds, also where the student is of an earlier run. */
  double trainingSeconds(String name) {
    try {
      return Double.parseDouble(Files.readString(folder.resolve(name + ".seconds")));
    } catch (IOException e) {
      throw new NonRetriableException(
          "cannot read how long student " + name + " was trained: " + e.getMessage(), e);
    }
  }

  private ProgressListener renamed(String student) {
    return (stage, done, total, message) ->
        progress.onProgress(student + ": " + stage, done, total, message);
  }

  private String key(StudentConfig student, String base, TrainingSet rankings) {
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
