package dev.rpdr.distill.train;

import dev.rpdr.Ranking;
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
record Split(List<Ranking> training, List<Ranking> validation) {
  /**
   * Splits a training set by seed.
   *
   * @throws IllegalArgumentException if none of its rankings teaches anything
   */
  static Split of(TrainingSet trainingSet, double validationShare, long seed) {
    List<Ranking> teaching = new ArrayList<>(trainingSet.rankings());
    teaching.removeIf(ranking -> !ListSampler.teaches(ranking));
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
}
