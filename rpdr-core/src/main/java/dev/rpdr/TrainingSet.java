package dev.rpdr;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Rankings of a teacher that a student learns from, and where they come from.
 *
 * @param rankings copied, in the order given
 * @param provenance where they come from
 */
public record TrainingSet(List<Ranking> rankings, Provenance provenance) {
  public TrainingSet {
    rankings = List.copyOf(rankings);
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
    Provenance provenance =
        Provenance.none()
            .with("teacher", teacherIdentity)
            .with("rankings", usable.size())
            .with("rankings.sha256", hash(usable));
    for (Map.Entry<String, Integer> entry : outcomes.entrySet()) {
      provenance = provenance.with("outcome." + entry.getKey(), entry.getValue());
    }
    return new TrainingSet(usable, provenance);
  }

  /** How many rankings there are. */
  public int size() {
    return rankings.size();
  }

  /**
   * The rankings that fulfil a condition. The provenance says how many they are, their hash and
   * why.
   *
   * @param name what the condition is, for the provenance
   */
  public TrainingSet filter(String name, Predicate<Ranking> condition) {
    List<Ranking> kept = rankings.stream().filter(condition).toList();
    return new TrainingSet(
        kept,
        provenance
            .with("filter." + name, kept.size() + " of " + size())
            .with("rankings", kept.size())
            .with("rankings.sha256", hash(kept)));
  }

  /**
   * These rankings and then others, say of another teacher. The provenance keeps both, the other's
   * under its name.
   *
   * @param name what the others are, for the provenance
   */
  public TrainingSet and(String name, TrainingSet others) {
    List<Ranking> both = new ArrayList<>(rankings);
    both.addAll(others.rankings);
    return new TrainingSet(
        both,
        provenance
            .with("rankings", both.size())
            .with("rankings.sha256", hash(both))
            .with(name, others.provenance));
  }

  private static String hash(List<Ranking> rankings) {
    Fingerprint fingerprint = new Fingerprint();
    for (Ranking ranking : rankings) {
      fingerprint.add(ranking.mention().text());
      ranking.request().ids().forEach(fingerprint::add);
      fingerprint.add("\u0001");
      ranking.ids().forEach(fingerprint::add);
      if (ranking.confidence() != null) {
        fingerprint.add("\u0003").add(ranking.confidence().toString());
      }
      fingerprint.add("\u0002");
    }
    return fingerprint.hex();
  }
}
