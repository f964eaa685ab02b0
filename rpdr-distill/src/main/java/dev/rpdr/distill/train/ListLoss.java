package dev.rpdr.distill.train;

import ai.djl.ndarray.NDArray;

/**
 * How far the scores of lists are from a teacher's order. Every loss is ≥ 0, does not change when
 * one number is added to all scores of a list, and is differentiable, so that a student learns by
 * going down its gradient.
 *
 * <p>Implementations are immutable records and thread-safe.
 */
public sealed interface ListLoss
    permits AdrMse, FirstPlace, KullbackLeibler, LambdaRank, ListMle, ListNet, RankNet, Smoothed {
  /**
   * The mean over lists of weight times loss.
   *
   * @param scores float32 of shape (lists, width); columns that hold no candidate are ignored,
   *     whatever finite number stands there
   * @param targets the teacher's order, of the same shape
   * @return a scalar, attached to the scores' manager, differentiable in the scores
   * @throws IllegalArgumentException if the shapes differ
   */
  NDArray compute(NDArray scores, ListTargets targets);

  /** What it is called in configuration files and provenance, parameters included. */
  String label();

  /** Plackett-Luce likelihood of the teacher's first places; see {@link ListMle}. */
  static ListLoss listMle(int places) {
    return new ListMle(places);
  }

  /** Cross-entropy of top-one probabilities; see {@link ListNet}. */
  static ListLoss listNet(double temperature) {
    return new ListNet(temperature);
  }

  /** Logistic loss of the teacher's pairs; see {@link RankNet}. */
  static ListLoss rankNet() {
    return new RankNet();
  }

  /** Pairs weighted by what they matter to NDCG; see {@link LambdaRank}. */
  static ListLoss lambdaRank() {
    return new LambdaRank();
  }

  /** Squared difference of ranks, discounted; see {@link AdrMse}. */
  static ListLoss adrMse(double temperature) {
    return new AdrMse(temperature);
  }

  /** Cross-entropy with the first place, the second a weaker target; see {@link FirstPlace}. */
  static ListLoss softmax(double second) {
    return new FirstPlace(second);
  }

  /** Divergence from given probabilities; see {@link KullbackLeibler}. */
  static ListLoss kullbackLeibler(double temperature) {
    return new KullbackLeibler(temperature);
  }

  /** This loss with a share of its target spread evenly, 0 ≤ share &lt; 1; see {@link Smoothed}. */
  default ListLoss smoothed(double share) {
    return share == 0 ? this : new Smoothed(this, share);
  }

  /**
   * The loss that a {@link #label()} names.
   *
   * @param label {@code list-mle:PLACES}, {@code list-net:TEMPERATURE}, {@code softmax:SECOND},
   *     {@code kl:TEMPERATURE}, {@code rank-net}, {@code lambda-rank} or {@code
   *     adr-mse:TEMPERATURE}; or {@code smoothed:SHARE:} and one of them
   * @throws IllegalArgumentException if it names none
   */
  static ListLoss of(String label) {
    String[] parts = label.split(":", 2);
    try {
      if (parts[0].equals("list-mle") && parts.length == 2) {
        return listMle(Integer.parseInt(parts[1]));
      } else if (parts[0].equals("list-net") && parts.length == 2) {
        return listNet(Double.parseDouble(parts[1]));
      } else if (parts[0].equals("softmax") && parts.length == 2) {
        return softmax(Double.parseDouble(parts[1]));
      } else if (parts[0].equals("kl") && parts.length == 2) {
        return kullbackLeibler(Double.parseDouble(parts[1]));
      } else if (parts[0].equals("smoothed") && parts.length == 2 && parts[1].contains(":")) {
        String[] inner = parts[1].split(":", 2);
        return new Smoothed(of(inner[1]), Double.parseDouble(inner[0]));
      } else if (parts[0].equals("adr-mse") && parts.length == 2) {
        return adrMse(Double.parseDouble(parts[1]));
      } else if (label.equals("lambda-rank")) {
        return lambdaRank();
      } else if (label.equals("rank-net")) {
        return rankNet();
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "'" + parts[1] + "' in loss '" + label + "' is not a number of the kind needed", e);
    }
    throw new IllegalArgumentException(
        "loss '"
            + label
            + "' is unknown; known are list-mle:PLACES (such as list-mle:3), list-net:TEMPERATURE"
            + " (such as list-net:1.0), softmax:SECOND (such as softmax:0.3), kl:TEMPERATURE (such"
            + " as kl:1.0), adr-mse:TEMPERATURE (such as adr-mse:1.0), rank-net and lambda-rank,"
            + " and smoothed:SHARE:LOSS (such as smoothed:0.1:list-mle:3)");
  }
}
