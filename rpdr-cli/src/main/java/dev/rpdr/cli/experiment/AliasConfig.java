package dev.rpdr.cli.experiment;

import static dev.rpdr.cli.experiment.ExperimentConfig.check;
import static dev.rpdr.cli.experiment.ExperimentConfig.required;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.databind.JsonNode;
import dev.rpdr.retriever.WeightedNames;
import org.jspecify.annotations.Nullable;

/**
 * A teacher's mentions as further names of what a retriever finds.
 *
 * @param of the teacher record
 * @param weight how much they count, or where that is fitted; .9 where absent
 * @param minConfidence how sure the teacher must have been, 0 to 1; 0 where absent
 * @param amongFirst among how many of the retriever's own candidates the teacher's choice must be;
 *     anywhere where absent
 */
record AliasConfig(
    String of,
    @Nullable Weight weight,
    @Nullable Double minConfidence,
    @Nullable Integer amongFirst) {
  AliasConfig {
    required(of, "aliases.of");
    check(
        minConfidence == null || (minConfidence >= 0 && minConfidence <= 1),
        "aliases.min-confidence must be 0 to 1, not " + minConfidence);
    check(
        amongFirst == null || amongFirst >= 1,
        "aliases.among-first must be >= 1, not " + amongFirst);
  }

  /** A number, or the split that it is fitted on; one of both. */
  record Weight(@Nullable Double value, @Nullable String fit) {
    /** Reads {@code 0.9} or {@code {fit: SPLIT}}. */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static Weight of(JsonNode node) {
      if (node.isNumber()) {
        double value = node.doubleValue();
        check(
            value > 0 && value <= 1,
            "aliases.weight must be above 0 and at most 1, or {fit: SPLIT}, not " + node);
        return new Weight(value, null);
      }
      check(
          node.isObject() && node.size() == 1 && node.path("fit").isTextual(),
          "aliases.weight must be a number above 0, at most 1, or {fit: SPLIT}, not " + node);
      return new Weight(null, node.path("fit").asText());
    }
  }

  /** The split that the weight is fitted on, or null. */
  @Nullable String fit() {
    return weight == null ? null : weight.fit();
  }

  /** The weight that is given, or the one to begin with. */
  double given() {
    return weight == null || weight.value() == null ? WeightedNames.DEFAULT_WEIGHT : weight.value();
  }
}
