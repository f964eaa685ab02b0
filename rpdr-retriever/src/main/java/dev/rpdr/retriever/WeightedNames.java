package dev.rpdr.retriever;

import dev.rpdr.KnowledgeBase;
import dev.rpdr.Provenance;
import java.util.Objects;

/**
 * Further names of entities that count less than those of the knowledge base: what is found by one
 * scores {@code weight × similarity}. They may come from a teacher, from mentions that somebody
 * labelled, or from logs; whoever measures with them says so in the protocol of the measurement.
 * Immutable.
 *
 * @param names the further names, gathered by entity: each id is that of an entity of the knowledge
 *     base that is searched, whose names it adds to; preferred names have no meaning here
 * @param weight how much a similarity counts beside 1 for the knowledge base's own names, above 0
 *     up to 1
 */
public record WeightedNames(KnowledgeBase names, double weight) {
  /** The weight where none is given. */
  public static final double DEFAULT_WEIGHT = .9;

  public WeightedNames {
    Objects.requireNonNull(names, "names");
    checkWeight(weight);
  }

  /** Names of weight {@value #DEFAULT_WEIGHT}. */
  public static WeightedNames of(KnowledgeBase names) {
    return new WeightedNames(names, DEFAULT_WEIGHT);
  }

  /** These names with another weight, above 0 up to 1. */
  public WeightedNames withWeight(double newWeight) {
    return new WeightedNames(names, newWeight);
  }

  /** What they are: their hash and their number, without the weight. */
  Provenance provenance() {
    return Provenance.none()
        .with("names", names.nameCount())
        .with("entities", names.size())
        .with("sha256", names.fingerprint());
  }

  static double checkWeight(double weight) {
    if (!(weight > 0 && weight <= 1)) {
      throw new IllegalArgumentException(
          "the weight of further names must be above 0 and at most 1, not " + weight);
    }
    return weight;
  }
}
