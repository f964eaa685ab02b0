package dev.rpdr.distill.train;

import dev.rpdr.CandidateList;
import dev.rpdr.Entity;
import dev.rpdr.Mention;
import dev.rpdr.Outcome;
import dev.rpdr.Ranking;
import dev.rpdr.TrainingSet;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** A small teacher with a mind of its own. */
final class TeacherFixture {
  private static final List<String> NAMES =
      List.of(
          "myocardial infarction",
          "hypertension",
          "headache",
          "nausea",
          "insomnia",
          "cataract",
          "conjunctivitis",
          "cramp in lower limb",
          "fatigue",
          "vertigo");
  private static final List<String> MENTIONS =
      List.of(
          "heart attack",
          "high blood pressure",
          "my head hurts",
          "sick to my stomach",
          "awake all night",
          "cloudy lens",
          "pink eye",
          "charley horse",
          "no energy",
          "the room spins");

  private TeacherFixture() {}

  /**
   * For each of ten mentions six of ten entities, of which the teacher orders four. Its best is the
   * right one for even mentions and for odd ones the one after that, which no encoder knows
   * beforehand.
   */
  static TrainingSet trainingSet() {
    List<Ranking> rankings = new ArrayList<>();
    Random random = new Random(11);
    for (int m = 0; m < MENTIONS.size(); m++) {
      List<Integer> others = new ArrayList<>();
      int best = (m + m % 2) % NAMES.size();
      for (int i = 0; i < NAMES.size(); i++) {
        if (i != best) {
          others.add(i);
        }
      }
      Collections.shuffle(others, random);
      List<Integer> chosen = new ArrayList<>(others.subList(0, 5));
      chosen.add(random.nextInt(6), best);
      List<Entity> entities = chosen.stream().map(i -> Entity.of("E" + i, NAMES.get(i))).toList();
      int place = chosen.indexOf(best);
      List<Integer> places = List.of(place, (place + 1) % 6, (place + 2) % 6, (place + 3) % 6);
      rankings.add(
          Ranking.byPlaces(
              CandidateList.of(Mention.of(MENTIONS.get(m)), entities), places, Outcome.ANSWERED));
    }
    return TrainingSet.of(rankings, "fixture");
  }

  /** Options that learn ten rankings in seconds; the largest matrix, of words, stays as it is. */
  static CrossEncoderOptions options() {
    CrossEncoderOptions defaults = CrossEncoderOptions.defaults();
    return defaults
        .withTraining(defaults.training().withFreeze("embeddings"))
        .withEpochs(8)
        .withBatchLists(2)
        .withSampling(new ListSampling(5, 3, 0))
        .withMaxTokens(24)
        .withLearningRate(5e-4)
        .withValidationShare(0);
  }
}
