package dev.rpdr.distill.train;

import dev.rpdr.CandidateList;
import dev.rpdr.TrainingExample;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
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

  ListSampler(ListSampling sampling, List<TrainingExample> examples) {
    this.sampling = sampling;
    Set<String> names = new LinkedHashSet<>();
    for (TrainingExample example : examples) {
      CandidateList request = example.ranking().request();
      request.candidates().forEach(candidate -> names.add(candidate.entity().name()));
    }
    this.allNames = List.copyOf(names);
  }

  /** Whether there is an order to learn: the teacher ranked, and there was a choice. */
  static boolean teaches(TrainingExample example) {
    return !example.ranking().candidates().isEmpty() && NamedPlaces.of(example).size() >= 2;
  }

  /** Some candidates, at least two, of an example that {@linkplain #teaches teaches}. */
  TrainingList sample(TrainingExample example, Random random) {
    NamedPlaces places = NamedPlaces.of(example);
    List<String> names = places.names();
    int best = Math.min(sampling.teacherBest(), names.size());
    List<String> elsewhere = elsewhere(Set.copyOf(names), random);
    List<String> rest = new ArrayList<>(names.subList(best, names.size()));
    Collections.shuffle(rest, random);
    int hard = Math.min(sampling.candidates() - best - elsewhere.size(), rest.size());
    Set<String> chosen = new LinkedHashSet<>(names.subList(0, best));
    chosen.addAll(rest.subList(0, hard));
    List<String> list = new ArrayList<>(names);
    list.retainAll(chosen);
    list.addAll(elsewhere);
    return places.list(list);
  }

  /** All candidates of an example in the teacher's order, those it left out tied at the end. */
  static TrainingList whole(TrainingExample example) {
    NamedPlaces places = NamedPlaces.of(example);
    return places.list(places.names());
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
