package dev.rpdr.distill.noise;

import dev.rpdr.Candidate;
import dev.rpdr.CandidateList;
import dev.rpdr.Fingerprint;
import dev.rpdr.NonRetriableException;
import dev.rpdr.ProgressListener;
import dev.rpdr.StudentReranker;
import dev.rpdr.StudentTrainer;
import dev.rpdr.TrainingExample;
import dev.rpdr.TrainingSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Cross-fitted confidence: how probable a student finds each candidate of a ranking that it has not
 * seen. The rankings are split into folds by mention; for each fold a student is trained on the
 * others and ranks it. What a student of the same kind, taught by the same teacher, does not
 * believe is more often wrong than the rest (Northcutt, Jiang and Chuang, "Confident Learning:
 * Estimating Uncertainty in Dataset Labels", JAIR 2021).
 *
 * <p>What the student of a fold said is kept in the file {@code fold-N.json} of a folder and used
 * again by a later call with the same rankings, trainer, folds and seed, so that a crash costs one
 * fold at most (and of a fold what its trainer cannot take up again). Students lie beside as {@code
 * fold-N.student}; they are not needed afterwards. Immutable and thread-safe; two calls must not
 * share a folder.
 */
public final class CrossFit {
  private final int folds;
  private final long seed;

  private CrossFit(int folds, long seed) {
    this.folds = folds;
    this.seed = seed;
  }

  /**
   * A cross-fit.
   *
   * @param folds how many students are trained, ≥ 2; each sees all but 1/folds of the mentions
   * @param seed of the split
   */
  public static CrossFit of(int folds, long seed) {
    if (folds < 2) {
      throw new IllegalArgumentException("folds must be >= 2, not " + folds);
    }
    return new CrossFit(folds, seed);
  }

  /**
   * Judges rankings.
   *
   * @param set what is judged, and trained on; of at least as many mentions as folds
   * @param trainer trains the students. One that starts from a model which has learnt these
   *     rankings already would judge what it knows
   * @param trainerIdentity names all that its students depend on besides the rankings: kind, base,
   *     options, seed
   * @param folder where each fold's result is kept; made where absent
   * @param progress hears the trainers, with {@code fold 1/4:} in front of their stages
   * @throws IllegalArgumentException if there are fewer different mentions than folds
   * @throws NonRetriableException if the folder cannot be written
   */
  public CrossFitted judge(
      TrainingSet set,
      StudentTrainer trainer,
      String trainerIdentity,
      Path folder,
      ProgressListener progress) {
    Objects.requireNonNull(trainer, "trainer");
    Objects.requireNonNull(trainerIdentity, "trainerIdentity");
    Objects.requireNonNull(progress, "progress");
    Folds split = Folds.of(set, folds, seed);
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new NonRetriableException("cannot make the folder " + folder, e);
    }
    double[][] scores = new double[set.size()][];
    for (int fold = 0; fold < folds; fold++) {
      List<Integer> heldOut = split.heldOut(fold);
      List<CandidateList> requests =
          heldOut.stream().map(i -> set.examples().get(i).ranking().request()).toList();
      TrainingSet rest = split.rest(fold);
      String name = "fold-" + (fold + 1);
      FoldFile file =
          new FoldFile(folder.resolve(name + ".json"), inputs(trainerIdentity, rest, requests));
      String stage = "fold " + (fold + 1) + "/" + folds + ": ";
      Path student = folder.resolve(name + ".student");
      List<double[]> said =
          file.read(requests.stream().map(CandidateList::size).toList())
              .orElseGet(
                  () -> {
                    List<double[]> fresh =
                        rank(trainer, rest, student, requests, renamed(progress, stage));
                    file.write(fresh);
                    return fresh;
                  });
      for (int i = 0; i < said.size(); i++) {
        scores[heldOut.get(i)] = said.get(i);
      }
    }
    return CrossFitted.of(set, List.of(scores), folds, seed);
  }

  private static List<double[]> rank(
      StudentTrainer trainer,
      TrainingSet rest,
      Path folder,
      List<CandidateList> requests,
      ProgressListener progress) {
    try (StudentReranker student = trainer.train(rest, folder, progress)) {
      return new ArrayList<>(
          student.rerankAll(requests).stream()
              .map(ranking -> ranking.scoresInOrder(ranking.request()))
              .toList());
    }
  }

  private static ProgressListener renamed(ProgressListener progress, String prefix) {
    return (stage, done, total, message) ->
        progress.onProgress(prefix + stage, done, total, message);
  }

  private String inputs(String trainerIdentity, TrainingSet rest, List<CandidateList> heldOut) {
    Fingerprint hash = new Fingerprint().add(trainerIdentity).add(folds + " " + seed);
    for (TrainingExample example : rest.examples()) {
      add(hash, example.ranking().request());
      hash.add(example.weight() + " " + example.soft());
      for (Candidate candidate : example.ranking().candidates()) {
        hash.add(candidate.id()).add(Double.toString(candidate.score()));
      }
      hash.add("\u0001");
    }
    heldOut.forEach(request -> add(hash, request));
    return hash.hex();
  }

  private static void add(Fingerprint hash, CandidateList request) {
    hash.add(request.mention().text());
    for (Candidate candidate : request.candidates()) {
      hash.add(candidate.id());
      candidate.entity().names().forEach(hash::add);
      hash.add("\u0003");
    }
    hash.add("\u0002");
  }
}
