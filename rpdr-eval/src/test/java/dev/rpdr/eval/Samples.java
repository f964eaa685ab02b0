package dev.rpdr.eval;

import dev.rpdr.CandidateList;
import dev.rpdr.Dataset;
import dev.rpdr.Entity;
import dev.rpdr.Evaluation;
import dev.rpdr.Gold;
import dev.rpdr.LabelledMention;
import dev.rpdr.Mention;
import dev.rpdr.Outcome;
import dev.rpdr.Provenance;
import dev.rpdr.Ranking;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Small values to evaluate. */
final class Samples {
  private Samples() {}

  /** A ranking of these ids, of a request that holds them and {@code others}. */
  static Ranking ranking(String text, List<String> ids, String... others) {
    List<Entity> entities =
        Stream.concat(Stream.of(others), ids.stream()).map(id -> Entity.of(id, "n-" + id)).toList();
    CandidateList request = CandidateList.of(Mention.of(text), entities);
    List<Integer> places = IntStream.range(others.length, entities.size()).boxed().toList();
    return Ranking.byPlaces(request, places, Outcome.ANSWERED);
  }

  static Ranking ranking(String text, String... ids) {
    return ranking(text, List.of(ids));
  }

  static LabelledMention labelled(String text, List<Set<String>> parts) {
    return new LabelledMention(Mention.of(text), new Gold(parts));
  }

  /**
   * An evaluation of mentions {@code m0, m1, ...} whose gold stands at these places of ten, or
   * nowhere for 0.
   */
  static Evaluation evaluation(AccuracyEvaluator evaluator, int... places) {
    List<LabelledMention> mentions = new ArrayList<>();
    List<Ranking> rankings = new ArrayList<>();
    for (int m = 0; m < places.length; m++) {
      int place = places[m];
      mentions.add(LabelledMention.of("m" + m, "gold"));
      List<String> ids =
          IntStream.rangeClosed(1, 10).mapToObj(i -> i == place ? "gold" : "e" + i).toList();
      rankings.add(ranking("m" + m, ids));
    }
    return evaluator.evaluate(new Dataset("places", mentions), rankings);
  }

  static SystemResult system(String name, int... places) {
    AccuracyEvaluator evaluator = AccuracyEvaluator.builder().build();
    return SystemResult.of(
        name,
        Protocol.LABELS_ONLY,
        "test",
        evaluation(evaluator, places),
        1.25,
        Provenance.none().with("model.sha256", "abc"));
  }
}
