package dev.rpdr.distill.train;

import dev.rpdr.Fingerprint;
import dev.rpdr.TrainingExample;
import dev.rpdr.TrainingSet;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * The rankings that are learnt from, and those held out to find the best epoch.
 *
 * @param training at least one, each of which {@linkplain ListSampler#teaches teaches}
 * @param validation may be empty
 */
record Split(List<TrainingExample> training, List<TrainingExample> validation) {
  /**
   * Splits a training set by seed.
   *
   * @throws IllegalArgumentException if none of its rankings teaches anything
   */
  static Split of(TrainingSet trainingSet, double validationShare, long seed) {
    List<TrainingExample> teaching = new ArrayList<>(trainingSet.examples());
    teaching.removeIf(example -> !ListSampler.teaches(example));
    if (teaching.isEmpty()) {
      throw new IllegalArgumentException(
          "the training set holds nothing to learn from: none of its "
              + trainingSet.size()
              + " rankings orders at least two candidates of different names");
    }
    Collections.shuffle(teaching, new Random(seed));
    int held = (int) (teaching.size() * validationShare);
    return new Split(
        List.copyOf(teaching.subList(held, teaching.size())),
        List.copyOf(teaching.subList(0, held)));
  }

  /** Adds everything that can be learnt from the rankings to a hash. */
  void addTo(Fingerprint hash) {
    for (List<TrainingExample> part : List.of(training, validation)) {
      part.forEach(example -> addTo(hash, example));
      hash.add("\u0003");
    }
  }

  static void addTo(Fingerprint hash, TrainingExample example) {
    hash.add(example.ranking().mention().toString());
    example
        .ranking()
        .request()
        .candidates()
        .forEach(candidate -> hash.add(candidate.id()).add(candidate.entity().name()));
    hash.add("\u0001");
    example.ranking().ids().forEach(hash::add);
    if (example.soft()) {
      hash.add("\u0004");
      example.ranking().candidates().forEach(c -> hash.add(Double.toString(c.score())));
    }
    hash.add("\u0002").add(Double.toString(example.weight()));
  }
}
