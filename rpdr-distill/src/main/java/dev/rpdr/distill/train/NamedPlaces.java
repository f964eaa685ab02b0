package dev.rpdr.distill.train;

import dev.rpdr.Candidate;
import dev.rpdr.TrainingExample;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An example by the preferred names of its candidates: of each different name the teacher's place,
 * and for a soft example its probability (that of all candidates so named). Names that tie have
 * equal places.
 *
 * @param example what this is of
 * @param places from each name to its place, 0 being the best, in the order of places
 * @param probabilities from each name to its probability; empty where the example is not soft
 * @param last the place of names that are no candidates of the example
 */
record NamedPlaces(
    TrainingExample example,
    Map<String, Integer> places,
    Map<String, Double> probabilities,
    int last) {
  static NamedPlaces of(TrainingExample example) {
    return example.soft() ? byProbability(example) : byOrder(example);
  }

  /** How many different names there are. */
  int size() {
    return places.size();
  }

  /** The names, best first. */
  List<String> names() {
    return List.copyOf(places.keySet());
  }

  /** Some names, in the order of their places, as a list to learn from. */
  TrainingList list(List<String> names) {
    int[] chosen = names.stream().mapToInt(name -> places.getOrDefault(name, last)).toArray();
    double[] shares =
        names.stream().mapToDouble(name -> probabilities.getOrDefault(name, 0.0)).toArray();
    return new TrainingList(
        example.ranking().mention().text(),
        List.copyOf(names),
        chosen,
        example.weight(),
        example.soft() ? Losses.normalised(shares) : null);
  }

  private static NamedPlaces byOrder(TrainingExample example) {
    Map<String, Integer> places = new LinkedHashMap<>();
    int place = 0;
    for (Candidate candidate : example.ranking().candidates()) {
      places.putIfAbsent(candidate.entity().name(), place);
      place++;
    }
    for (Candidate candidate : example.ranking().request().candidates()) {
      places.putIfAbsent(candidate.entity().name(), place);
    }
    return new NamedPlaces(example, places, Map.of(), place);
  }

  private static NamedPlaces byProbability(TrainingExample example) {
    Map<String, Double> probabilities = new LinkedHashMap<>();
    for (Candidate candidate : example.ranking().candidates()) {
      probabilities.merge(candidate.entity().name(), candidate.score(), Double::sum);
    }
    for (Candidate candidate : example.ranking().request().candidates()) {
      probabilities.putIfAbsent(candidate.entity().name(), 0.0);
    }
    List<Map.Entry<String, Double>> sorted =
        probabilities.entrySet().stream()
            .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
            .toList();
    Map<String, Integer> places = new LinkedHashMap<>();
    int place = 0;
    double before = Double.NaN;
    for (Map.Entry<String, Double> entry : sorted) {
      place = entry.getValue() == before ? place : places.size();
      before = entry.getValue();
      places.put(entry.getKey(), place);
    }
    return new NamedPlaces(example, places, probabilities, before == 0 ? place : places.size());
  }
}
