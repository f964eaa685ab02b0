package dev.rpdr.retriever;

import dev.rpdr.Provenance;
import dev.rpdr.RankSummary;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * What an {@link AliasWeightFitter} found. All figures are of the rows that it was fitted on:
 * report others.
 *
 * @param weight the best weight
 * @param aliased how good the retriever is with it
 * @param namesAlone how good it is without further names, in an index that holds them
 * @param tried every weight that was tried, rising; copied
 */
public record AliasWeightFit(
    double weight, RankSummary aliased, RankSummary namesAlone, List<Tried> tried) {
  public AliasWeightFit {
    WeightedNames.checkWeight(weight);
    Objects.requireNonNull(aliased, "aliased");
    Objects.requireNonNull(namesAlone, "namesAlone");
    tried = List.copyOf(tried);
  }

  /**
   * One weight.
   *
   * @param weight above 0 up to 1
   * @param aliased how good the retriever is with it
   */
  public record Tried(double weight, RankSummary aliased) {}

  /** What was found, as facts. */
  public Provenance provenance() {
    Provenance facts =
        Provenance.none()
            .with("rows", aliased.n())
            .with("acc", aliased)
            .with("acc.names-alone", namesAlone);
    for (Tried one : tried) {
      facts = facts.with("weight." + one.weight(), "acc " + one.aliased());
    }
    return facts;
  }

  /** What was found, in a line for a reader; accuracies are Acc@1 / Acc@5. */
  public String summary() {
    return "weight "
        + weight
        + " fitted on "
        + aliased.n()
        + " rows: there "
        + aliased
        + " (names alone "
        + namesAlone
        + "); by weight: "
        + tried.stream()
            .map(one -> one.weight() + ": " + one.aliased())
            .collect(Collectors.joining("; "));
  }
}
