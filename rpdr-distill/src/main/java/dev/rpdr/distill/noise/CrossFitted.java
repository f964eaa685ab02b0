package dev.rpdr.distill.noise;

import dev.rpdr.Ranking;
import dev.rpdr.Softmax;
import dev.rpdr.TrainingExample;
import dev.rpdr.TrainingSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Rankings, and for each the probabilities that a student which has not seen it gives its
 * candidates: a softmax of its scores at the one temperature, for all folds, that makes the
 * teacher's first choices most likely. Immutable and thread-safe.
 */
public final class CrossFitted {
  /** The least factor of a weight: even what no student believes is not forgotten. */
  private static final double LEAST_WEIGHT = .01;

  private final TrainingSet set;
  private final List<double[]> distributions;
  private final int[] firsts;
  private final double temperature;
  private final String how;

  private CrossFitted(
      TrainingSet set, List<double[]> distributions, int[] firsts, double temperature, String how) {
    this.set = set;
    this.distributions = distributions;
    this.firsts = firsts;
    this.temperature = temperature;
    this.how = how;
  }

  static CrossFitted of(TrainingSet set, List<double[]> scores, int folds, long seed) {
    int[] firsts = set.rankings().stream().mapToInt(CrossFitted::first).toArray();
    List<Integer> ranked =
        IntStream.range(0, firsts.length).filter(i -> firsts[i] >= 0).boxed().toList();
    double temperature =
        Probabilities.temperature(
            ranked.stream().map(scores::get).toList(),
            ranked.stream().map(i -> firsts[i]).toList());
    List<double[]> distributions =
        scores.stream()
            .map(list -> Probabilities.normalised(Softmax.log(list, temperature)))
            .toList();
    String how =
        String.format(Locale.ROOT, "%d folds, seed %d, temperature %.4f", folds, seed, temperature);
    return new CrossFitted(set, distributions, firsts, temperature, how);
  }

  /** What was judged, as it was. */
  public TrainingSet set() {
    return set;
  }

  /** What scores were divided by before their softmax. */
  public double temperature() {
    return temperature;
  }

  /** The student's probability of each candidate of an example's request, in its order; a copy. */
  public double[] distribution(int example) {
    return distributions.get(example).clone();
  }

  /**
   * How probable the student finds the teacher's first choice, 0 to 1.
   *
   * @param example its number in the set; its ranking must not be empty
   */
  public double agreement(int example) {
    if (firsts[example] < 0) {
      throw new IllegalArgumentException(
          "ranking " + example + " is empty, it has no first choice");
    }
    return distributions.get(example)[firsts[example]];
  }

  /** The mean agreement of all rankings that are not empty: how sure the student is in general. */
  public double threshold() {
    return IntStream.range(0, set.size())
        .filter(i -> firsts[i] >= 0)
        .mapToDouble(this::agreement)
        .average()
        .orElse(1);
  }

  /** Each example's weight times its agreement, or times 0.01 where that is less. */
  public TrainingSet reweighted() {
    List<TrainingExample> weighted = new ArrayList<>();
    for (int i = 0; i < set.size(); i++) {
      TrainingExample example = set.examples().get(i);
      double factor = firsts[i] < 0 ? 1 : Math.max(LEAST_WEIGHT, Math.min(1, agreement(i)));
      weighted.add(example.withWeight(example.weight() * factor));
    }
    return set.replaced("noise.weighted", how, weighted);
  }

  /**
   * The examples but those of which confident learning says that the label is wrong: another
   * candidate is more probable than the teacher's first, and as probable as first choices are in
   * general ({@link #threshold()}; the paper has a threshold for each class, but an entity is too
   * seldom a first choice to have its own).
   */
  public TrainingSet filtered() {
    double bound = threshold();
    return kept(
        i -> {
          double[] distribution = distributions.get(i);
          for (int other = 0; other < distribution.length; other++) {
            if (distribution[other] > agreement(i) && distribution[other] >= bound) {
              return false;
            }
          }
          return true;
        },
        String.format(Locale.ROOT, "another candidate reaches %.4f", bound));
  }

  /**
   * The examples of at least some agreement.
   *
   * @param least 0 to 1
   */
  public TrainingSet filtered(double least) {
    if (!(least >= 0 && least <= 1)) {
      throw new IllegalArgumentException("the least agreement must be 0 to 1, not " + least);
    }
    return kept(
        i -> agreement(i) >= least, String.format(Locale.ROOT, "agreement is below %.4f", least));
  }

  /**
   * Soft examples: of each candidate {@code share} of the teacher's probability and the rest of the
   * student's. A teacher that says an order only is taken to be sure of its first choice. Weights
   * stay.
   *
   * @param share of the teacher, 0 to 1
   */
  public TrainingSet softened(double share) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("the teacher's share must be 0 to 1, not " + share);
    }
    List<TrainingExample> softened = new ArrayList<>();
    for (int i = 0; i < set.size(); i++) {
      TrainingExample example = set.examples().get(i);
      softened.add(firsts[i] < 0 ? example : softened(example, i, share));
    }
    return set.replaced("noise.softened", how + ", teacher's share " + share, softened);
  }

  private TrainingExample softened(TrainingExample example, int number, double share) {
    double[] mixed = distribution(number);
    double[] teacher = new double[mixed.length];
    if (example.soft()) {
      List<String> ids = example.ranking().request().ids();
      example
          .ranking()
          .candidates()
          .forEach(candidate -> teacher[ids.indexOf(candidate.id())] = candidate.score());
    } else {
      teacher[firsts[number]] = 1;
    }
    double sum = 0;
    for (int c = 0; c < mixed.length; c++) {
      mixed[c] = share * teacher[c] + (1 - share) * mixed[c];
      sum += mixed[c];
    }
    for (int c = 0; c < mixed.length; c++) {
      mixed[c] /= sum;
    }
    return TrainingExample.soft(example.ranking().request(), mixed).withWeight(example.weight());
  }

  private TrainingSet kept(IntPredicate condition, String dropped) {
    List<TrainingExample> kept =
        IntStream.range(0, set.size())
            .filter(i -> firsts[i] < 0 || condition.test(i))
            .mapToObj(set.examples()::get)
            .toList();
    String what = how + "; " + (set.size() - kept.size()) + " left out where " + dropped;
    return set.replaced("noise.filtered", what, kept);
  }

  /** The place of a ranking's first choice in its request, or -1 where it is empty. */
  private static int first(Ranking ranking) {
    return ranking.candidates().isEmpty()
        ? -1
        : ranking.request().ids().indexOf(ranking.candidates().get(0).id());
  }
}
