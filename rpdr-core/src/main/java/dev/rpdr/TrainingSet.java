package dev.rpdr;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Rankings that a student learns from, and where they come from: a teacher's, or what was made of
 * them.
 *
 * @param examples the rankings with their weights, copied, in the order given
 * @param provenance where they come from
 */
public record TrainingSet(List<TrainingExample> examples, Provenance provenance) {
  public TrainingSet {
    examples = List.copyOf(examples);
    Objects.requireNonNull(provenance, "provenance");
  }

  /**
   * The rankings that a teacher really gave: those that fell back or abstained teach nothing and
   * are left out, and counted in the provenance ({@code outcome.*}). The provenance also holds the
   * teacher's identity, the number of rankings and their content hash ({@code rankings.sha256}).
   */
  public static TrainingSet of(List<Ranking> rankings, String teacherIdentity) {
    Map<String, Integer> outcomes = new TreeMap<>();
    List<Ranking> usable = new ArrayList<>();
    for (Ranking ranking : rankings) {
      outcomes.merge(ranking.outcome().label(), 1, Integer::sum);
      boolean answered =
          ranking.outcome() instanceof Outcome.Answered
              || ranking.outcome() instanceof Outcome.Repaired;
      if (answered && !ranking.candidates().isEmpty()) {
        usable.add(ranking);
      }
    }
    TrainingSet set =
        ofExamples(usable.stream().map(TrainingExample::of).toList(), teacherIdentity);
    Provenance provenance = set.provenance;
    for (Map.Entry<String, Integer> entry : outcomes.entrySet()) {
      provenance = provenance.with("outcome." + entry.getKey(), entry.getValue());
    }
    return set.withProvenance(provenance);
  }

  /**
   * Examples of any weight and kind. The provenance holds who made them, their number and their
   * content hash ({@code rankings.sha256}), which weights and distributions are part of.
   *
   * @param teacherIdentity who made them
   */
  public static TrainingSet ofExamples(List<TrainingExample> examples, String teacherIdentity) {
    return new TrainingSet(examples, counted(Provenance.none(), examples))
        .with("teacher", teacherIdentity);
  }

  /** The rankings alone, in the order of the examples. */
  public List<Ranking> rankings() {
    return examples.stream().map(TrainingExample::ranking).toList();
  }

  /** How many rankings there are. */
  public int size() {
    return examples.size();
  }

  /** The same examples with another provenance. */
  public TrainingSet withProvenance(Provenance newProvenance) {
    return new TrainingSet(examples, newProvenance);
  }

  /**
   * Other examples made of these. The provenance says how many they are, their hash and how they
   * were made.
   *
   * @param name what was done, for the provenance
   * @param how with what settings or result
   */
  public TrainingSet replaced(String name, String how, List<TrainingExample> newExamples) {
    return new TrainingSet(newExamples, counted(provenance, newExamples).with(name, how));
  }

  /** These examples, each of whose weights is multiplied by a factor, 0 &lt; factor ≤ 1. */
  public TrainingSet weighted(double factor) {
    if (!(factor > 0 && factor <= 1)) {
      throw new IllegalArgumentException("a weight must be above 0 and at most 1, not " + factor);
    }
    return replaced(
        "weight",
        Double.toString(factor),
        examples.stream().map(example -> example.withWeight(example.weight() * factor)).toList());
  }

  /**
   * The rankings that fulfil a condition. The provenance says how many they are, their hash and
   * why.
   *
   * @param name what the condition is, for the provenance
   */
  public TrainingSet filter(String name, Predicate<Ranking> condition) {
    List<TrainingExample> kept =
        examples.stream().filter(example -> condition.test(example.ranking())).toList();
    return replaced("filter." + name, kept.size() + " of " + size(), kept);
  }

  /**
   * These rankings and then others, say of another teacher. The provenance keeps both, the other's
   * under its name.
   *
   * @param name what the others are, for the provenance
   */
  public TrainingSet and(String name, TrainingSet others) {
    List<TrainingExample> both = new ArrayList<>(examples);
    both.addAll(others.examples);
    return new TrainingSet(both, counted(provenance, both).with(name, others.provenance));
  }

  private TrainingSet with(String key, String value) {
    return withProvenance(provenance.with(key, value));
  }

  private static Provenance counted(Provenance provenance, List<TrainingExample> examples) {
    Fingerprint hash = new Fingerprint();
    examples.forEach(example -> example.addTo(hash));
    return provenance.with("rankings", examples.size()).with("rankings.sha256", hash.hex());
  }
}
