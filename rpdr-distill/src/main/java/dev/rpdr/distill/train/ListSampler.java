package dev.rpdr.distill.train;

import dev.rpdr.Candidate;
import dev.rpdr.Ranking;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Draws training lists out of rankings. Of two candidates with the same preferred name, which no
 * reader of names can tell apart, only the better placed one takes part. Thread-safe.
 */
final class ListSampler {
  /** How often a name from elsewhere is drawn until one is new, before there are fewer. */
  private static final int TRIES = 20;

  private final ListSampling sampling;
  private final List<String> allNames;

  ListSampler(ListSampling sampling, List<Ranking> rankings) {
    this.sampling = sampling;
    Set<String> names = new LinkedHashSet<>();
    for (Ranking ranking : rankings) {
      ranking.request().candidates().forEach(candidate -> names.add(candidate.entity().name()));
    }
    this.allNames = List.copyOf(names);
  }

  /** Whether there is an order to learn: the teacher ranked, and there was a choice. */
  static boolean teaches(Ranking ranking) {
    return !ranking.candidates().isEmpty() && placeOfName(ranking).size() >= 2;
  }

  /** Some candidates, at least two, of a ranking that {@linkplain #teaches teaches}. */
  TrainingList sample(Ranking ranking, Random random) {
    Map<String, Integer> placeOf = placeOfName(ranking);
    List<String> names = List.copyOf(placeOf.keySet());
    int best = Math.min(sampling.teacherBest(), names.size());
    List<String> elsewhere = elsewhere(placeOf.keySet(), random);
    List<String> rest = new ArrayList<>(names.subList(best, names.size()));
    Collections.shuffle(rest, random);
    int hard = Math.min(sampling.candidates() - best - elsewhere.size(), rest.size());
    Set<String> chosen = new LinkedHashSet<>(names.subList(0, best));
    chosen.addAll(rest.subList(0, hard));
    List<String> list = new ArrayList<>(names);
    list.retainAll(chosen);
    list.addAll(elsewhere);
    return list(ranking, list, placeOf);
  }

  /** All candidates of a ranking in the teacher's order, those it left out tied at the end. */
  static TrainingList whole(Ranking ranking) {
    Map<String, Integer> placeOf = placeOfName(ranking);
    return list(ranking, List.copyOf(placeOf.keySet()), placeOf);
  }

  private static TrainingList list(
      Ranking ranking, List<String> names, Map<String, Integer> placeOf) {
    int unranked = ranking.candidates().size();
    int[] places = names.stream().mapToInt(name -> placeOf.getOrDefault(name, unranked)).toArray();
    return new TrainingList(ranking.mention().text(), List.copyOf(names), places);
  }

  /** From each different name to the teacher's place of it, in that order. */
  private static Map<String, Integer> placeOfName(Ranking ranking) {
    Map<String, Integer> placeOf = new LinkedHashMap<>();
    int place = 0;
    for (Candidate candidate : ranking.candidates()) {
      placeOf.putIfAbsent(candidate.entity().name(), place);
      place++;
    }
    for (Candidate candidate : ranking.request().candidates()) {
      placeOf.putIfAbsent(candidate.entity().name(), place);
    }
    return placeOf;
  }

  private List<String> elsewhere(Set<String> here, Random random) {
    Set<String> drawn = new LinkedHashSet<>();
    for (int i = 0; drawn.size() < sampling.random() && i < TRIES * sampling.random(); i++) {
      String name = allNames.get(random.nextInt(allNames.size()));
      if (!here.contains(name)) {
        drawn.add(name);
      }
    }
    return List.copyOf(drawn);
  }
}
