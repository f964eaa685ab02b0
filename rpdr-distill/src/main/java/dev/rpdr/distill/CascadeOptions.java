package dev.rpdr.distill;

/**
 * How a {@link CascadeStudent} joins its two students. Immutable.
 *
 * @param temperature what the first student's scores are divided by before they become
 *     probabilities, &gt; 0; the one that a bi-encoder was trained with
 * @param weight how much the second student's log-probabilities count beside 1 for the first's, ≥
 *     0; fitted on validation data
 * @param sure the probability, 0 to 1, from which on the first student's best is not asked about:
 *     the second never sees that mention. 1 asks about all
 * @param placeWeight how much the order of the request counts: a candidate at place p (0 is the
 *     best) gets {@code placeWeight / (p + 1)} more, ≥ 0; for candidates of another retriever
 */
public record CascadeOptions(double temperature, double weight, double sure, double placeWeight) {
  public CascadeOptions {
    require(temperature > 0 && Double.isFinite(temperature), "temperature", "> 0", temperature);
    require(weight >= 0 && Double.isFinite(weight), "weight", ">= 0", weight);
    require(sure >= 0 && sure <= 1, "sure", "0 to 1", sure);
    require(placeWeight >= 0 && Double.isFinite(placeWeight), "placeWeight", ">= 0", placeWeight);
  }

  /** Both students alike, at the bi-encoder trainer's temperature of .05, for every mention. */
  public static CascadeOptions defaults() {
    return new CascadeOptions(.05, 1, 1, 0);
  }

  public CascadeOptions withTemperature(double newTemperature) {
    return new CascadeOptions(newTemperature, weight, sure, placeWeight);
  }

  public CascadeOptions withWeight(double newWeight) {
    return new CascadeOptions(temperature, newWeight, sure, placeWeight);
  }

  public CascadeOptions withSure(double newSure) {
    return new CascadeOptions(temperature, weight, newSure, placeWeight);
  }

  public CascadeOptions withPlaceWeight(double newPlaceWeight) {
    return new CascadeOptions(temperature, weight, sure, newPlaceWeight);
  }

  private static void require(boolean fulfilled, String name, String range, double found) {
    if (!fulfilled) {
      throw new IllegalArgumentException(
          name + " must be a finite number " + range + ", not " + found);
    }
  }
}
