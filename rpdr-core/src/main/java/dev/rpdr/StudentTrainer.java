package dev.rpdr;

import java.nio.file.Path;

/**
 * Step 3: makes a student out of a teacher's rankings. A trainer holds settings only; an untrained
 * student cannot exist.
 */
public interface StudentTrainer {
  /**
   * Trains a student, saves it and opens it from there.
   *
   * @param trainingSet the teacher's rankings, at least one
   * @param folder where the student is saved; made where absent; files of an earlier student there
   *     are replaced only when training has succeeded
   * @param progress hears each training step
   * @return the student, opened; the caller closes it
   * @throws IllegalArgumentException if the training set is empty or holds nothing to learn from
   * @throws RpdrException if the engine fails or the folder cannot be written
   */
  StudentReranker train(TrainingSet trainingSet, Path folder, ProgressListener progress);
}
