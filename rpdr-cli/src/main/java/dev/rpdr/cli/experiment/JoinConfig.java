package dev.rpdr.cli.experiment;

import static dev.rpdr.cli.experiment.ExperimentConfig.check;

import dev.rpdr.distill.CascadeFitter;
import dev.rpdr.distill.CascadeOptions;
import org.jspecify.annotations.Nullable;

/**
 * How a cascade is joined: given, see {@link CascadeOptions} for ranges and defaults, or fitted.
 *
 * @param fit the split that it is fitted on
 * @param loss the share of its rows, 0 to 1, whose first choice the early exit may change, and so
 *     the most Acc@1 that it can cost there; 0 where absent
 * @param withoutPlace whether the place in the request counts for nothing, as it should where the
 *     rows are of another retriever
 */
record JoinConfig(
    @Nullable Double temperature,
    @Nullable Double weight,
    @Nullable Double sure,
    @Nullable Double placeWeight,
    @Nullable String fit,
    @Nullable Double loss,
    boolean withoutPlace) {
  JoinConfig {
    options(temperature, weight, sure, placeWeight);
    fitter(loss);
  }

  private boolean isGiven() {
    return temperature != null || weight != null || sure != null || placeWeight != null;
  }

  void requireConsistent(String name) {
    check(
        fit == null || !isGiven(),
        "systems."
            + name
            + ".join: with fit, temperature, weight, sure and place-weight are found on that"
            + " split; give fit or them, not both");
    check(
        fit != null || loss == null,
        "systems." + name + ".join.loss says what the early exit may cost, and needs fit");
    check(
        fit != null || !withoutPlace,
        "systems." + name + ".join.without-place is for what is fitted, and needs fit");
  }

  CascadeFitter fitter() {
    return withoutPlace ? fitter(loss).withoutPlaces() : fitter(loss);
  }

  private static CascadeFitter fitter(@Nullable Double loss) {
    CascadeFitter fitter = CascadeFitter.defaults();
    return loss == null ? fitter : fitter.withAllowedLoss(loss);
  }

  CascadeOptions options() {
    return options(temperature, weight, sure, placeWeight);
  }

  private static CascadeOptions options(
      @Nullable Double temperature,
      @Nullable Double weight,
      @Nullable Double sure,
      @Nullable Double placeWeight) {
    CascadeOptions options = CascadeOptions.defaults();
    options = temperature == null ? options : options.withTemperature(temperature);
    options = weight == null ? options : options.withWeight(weight);
    options = sure == null ? options : options.withSure(sure);
    return placeWeight == null ? options : options.withPlaceWeight(placeWeight);
  }
}
