package dev.rpdr.distill;

import java.util.List;
import java.util.Objects;

/**
 * What a {@link CascadeFitter} tries: every combination of temperature, weight and place weight,
 * and then every threshold of the early exit. Each list is copied, sorted and rid of repeats; what
 * its values mean and their ranges are told at {@link CascadeOptions}. Immutable.
 *
 * @param temperatures at least one, each &gt; 0
 * @param weights at least one, each ≥ 0; 0 is the first student alone
 * @param placeWeights at least one, each ≥ 0
 * @param sures thresholds of the early exit, each 0 to 1; where empty, those at which about every
 *     tenth, two tenths and so on of the rows leave. 0 and 1, with which all and none leave early,
 *     are tried besides
 * @param allowedLoss how much Acc@1 the early exit may cost, 0 to 1
 */
public record CascadeGrid(
    List<Double> temperatures,
    List<Double> weights,
    List<Double> placeWeights,
    List<Double> sures,
    double allowedLoss) {
  public CascadeGrid {
    CascadeOptions any = CascadeOptions.defaults();
    temperatures = checked("temperatures", temperatures);
    temperatures.forEach(any::withTemperature);
    weights = checked("weights", weights);
    weights.forEach(any::withWeight);
    placeWeights = checked("placeWeights", placeWeights);
    placeWeights.forEach(any::withPlaceWeight);
    sures = sorted(sures);
    sures.forEach(any::withSure);
    if (!(allowedLoss >= 0 && allowedLoss <= 1)) {
      throw new IllegalArgumentException("allowedLoss must be 0 to 1, not " + allowedLoss);
    }
  }

  /**
   * For a bi-encoder before a cross-encoder: temperatures .01, .02, .03, .05, .07, .1, .2, .5, 1;
   * weights 0, .1, .2, .3, .5, .75, 1, 1.5, 2, 3, 5, 10; place weights 0, .1, .2, .5, 1, 2;
   * thresholds by tenths of the rows; no loss allowed.
   */
  public static CascadeGrid defaults() {
    return new CascadeGrid(
        List.of(.01, .02, .03, .05, .07, .1, .2, .5, 1.0),
        List.of(0.0, .1, .2, .3, .5, .75, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0),
        List.of(0.0, .1, .2, .5, 1.0, 2.0),
        List.of(),
        0);
  }

  public CascadeGrid withTemperatures(Double... newTemperatures) {
    return new CascadeGrid(List.of(newTemperatures), weights, placeWeights, sures, allowedLoss);
  }

  public CascadeGrid withWeights(Double... newWeights) {
    return new CascadeGrid(temperatures, List.of(newWeights), placeWeights, sures, allowedLoss);
  }

  public CascadeGrid withPlaceWeights(Double... newPlaceWeights) {
    return new CascadeGrid(temperatures, weights, List.of(newPlaceWeights), sures, allowedLoss);
  }

  public CascadeGrid withSures(Double... newSures) {
    return new CascadeGrid(temperatures, weights, placeWeights, List.of(newSures), allowedLoss);
  }

  public CascadeGrid withAllowedLoss(double newAllowedLoss) {
    return new CascadeGrid(temperatures, weights, placeWeights, sures, newAllowedLoss);
  }

  private static List<Double> checked(String name, List<Double> values) {
    Objects.requireNonNull(values, name);
    if (values.isEmpty()) {
      throw new IllegalArgumentException(name + " must hold at least one value");
    }
    return sorted(values);
  }

  private static List<Double> sorted(List<Double> values) {
    // -0 is 0
    return values.stream().map(value -> value + 0.0).sorted().distinct().toList();
  }
}
