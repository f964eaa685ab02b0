package dev.rpdr;

import java.util.List;
import java.util.Objects;

/**
 * A ranking to learn from, how much it counts, and whether its scores are more than an order.
 *
 * <p>A <em>soft</em> example is a distribution over the candidates of its request: the scores of
 * its ranking are probabilities, and candidates that the ranking leaves out have none. It is what
 * several teachers' votes or another student's scores amount to. An example that is not soft says
 * an order, and its scores mean nothing further.
 *
 * @param ranking what is to be learnt
 * @param weight what its loss is multiplied by, 0 &lt; weight ≤ 1
 * @param soft whether the ranking's scores are probabilities: none below 0, their sum 1 (give or
 *     take 1e-6)
 */
public record TrainingExample(Ranking ranking, double weight, boolean soft) {
  private static final double TOLERANCE = 1e-6;

  public TrainingExample {
    Objects.requireNonNull(ranking, "ranking");
    if (!(weight > 0 && weight <= 1)) {
      throw new IllegalArgumentException(
          "the weight of an example must be above 0 and at most 1, not " + weight);
    }
    if (soft) {
      requireDistribution(ranking);
    }
  }

  /** A ranking that counts fully and says an order. */
  public static TrainingExample of(Ranking ranking) {
    return new TrainingExample(ranking, 1, false);
  }

  /**
   * A distribution over the candidates of a request, of weight 1; its ranking says as confidence
   * the highest probability.
   *
   * @param probabilities one for each candidate of the request, in its order; ≥ 0, their sum 1
   */
  public static TrainingExample soft(CandidateList request, double[] probabilities) {
    Ranking ranking = Ranking.byScore(request, probabilities);
    TrainingExample example = new TrainingExample(ranking, 1, true);
    double highest = Math.min(1, ranking.candidates().get(0).score());
    return new TrainingExample(example.ranking.withConfidence(highest), 1, true);
  }

  /** This example with another weight. */
  public TrainingExample withWeight(double newWeight) {
    return new TrainingExample(ranking, newWeight, soft);
  }

  /** A hash that stands for everything that can be learnt from this example. */
  void addTo(Fingerprint hash) {
    hash.add(ranking.mention().text());
    ranking.request().ids().forEach(hash::add);
    hash.add("\u0001");
    ranking.ids().forEach(hash::add);
    if (ranking.confidence() != null) {
      hash.add("\u0003").add(ranking.confidence().toString());
    }
    if (weight != 1) {
      hash.add("\u0004").add(Double.toString(weight));
    }
    if (soft) {
      hash.add("\u0005");
      ranking.candidates().forEach(candidate -> hash.add(Double.toString(candidate.score())));
    }
    hash.add("\u0002");
  }

  private static void requireDistribution(Ranking ranking) {
    List<Candidate> candidates = ranking.candidates();
    double sum = candidates.stream().mapToDouble(Candidate::score).sum();
    boolean negative = candidates.stream().anyMatch(candidate -> candidate.score() < 0);
    if (negative || !(Math.abs(sum - 1) <= TOLERANCE)) {
      throw new IllegalArgumentException(
          "the scores of a soft example must be probabilities, none below 0 and their sum 1, but"
              + " those for '"
              + ranking.mention().text()
              + "' are "
              + candidates.stream().map(Candidate::score).toList());
    }
  }
}
