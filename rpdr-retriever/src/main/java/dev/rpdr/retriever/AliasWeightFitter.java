package dev.rpdr.retriever;

import dev.rpdr.LabelledMention;
import dev.rpdr.RankSummary;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/**
 * Finds how much further names should count, on rows whose answers are known. The index is searched
 * once; the weights are tried in memory. The best Acc@1 decides, among equals the best Acc@5, then
 * the best mean reciprocal rank of the first ten, then the smallest weight. A right answer is any
 * id of the gold. Deterministic, immutable, thread-safe.
 *
 * <p>Rows that are further names themselves only ask for a high weight; leave them out where the
 * mentions that are to come will not be.
 */
public final class AliasWeightFitter {
  private static final int DEPTH = 10;

  private static final List<Double> DEFAULT_WEIGHTS =
      List.of(.5, .55, .6, .65, .7, .75, .8, .85, .9, .95, 1.0);

  private final List<Double> weights;

  private AliasWeightFitter(List<Double> weights) {
    Objects.requireNonNull(weights, "weights");
    if (weights.isEmpty()) {
      throw new IllegalArgumentException("weights must hold at least one weight");
    }
    this.weights = weights.stream().sorted().distinct().toList();
    this.weights.forEach(WeightedNames::checkWeight);
  }

  /** Tries .5 to 1 in steps of .05. */
  public static AliasWeightFitter defaults() {
    return new AliasWeightFitter(DEFAULT_WEIGHTS);
  }

  /** Tries these weights, each above 0 up to 1, at least one. */
  public static AliasWeightFitter of(List<Double> weights) {
    return new AliasWeightFitter(weights);
  }

  /**
   * Fits.
   *
   * @param retriever whose weight is fitted; the one that it has does not matter
   * @param rows mentions whose answers are known
   * @throws IllegalArgumentException if there are none
   */
  public AliasWeightFit fit(AliasedRetriever retriever, List<LabelledMention> rows) {
    if (rows.isEmpty()) {
      throw new IllegalArgumentException(
          "there are no rows with gold; a weight is fitted on rows whose answers are known");
    }
    List<FoundBoth> found =
        retriever.find(rows.stream().map(LabelledMention::mention).toList(), DEPTH);
    List<AliasWeightFit.Tried> tried =
        weights.stream()
            .map(
                weight ->
                    new AliasWeightFit.Tried(
                        weight, summary(rows, found, both -> both.joined(weight, DEPTH).ids())))
            .toList();
    AliasWeightFit.Tried best =
        tried.stream()
            .max(
                Comparator.comparing(AliasWeightFit.Tried::aliased, RankSummary.BY_ACCURACY)
                    .thenComparing(AliasWeightFit.Tried::weight, Comparator.reverseOrder()))
            .orElseThrow();
    return new AliasWeightFit(
        best.weight(), best.aliased(), summary(rows, found, both -> both.byNames().ids()), tried);
  }

  private static RankSummary summary(
      List<LabelledMention> rows, List<FoundBoth> found, Function<FoundBoth, List<String>> answer) {
    int[] ranks = new int[rows.size()];
    for (int i = 0; i < ranks.length; i++) {
      ranks[i] = rows.get(i).gold().rankIn(answer.apply(found.get(i)));
    }
    return RankSummary.of(ranks);
  }
}
