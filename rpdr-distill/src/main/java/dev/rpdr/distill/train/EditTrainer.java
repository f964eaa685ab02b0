package dev.rpdr.distill.train;

import dev.rpdr.CandidateList;
import dev.rpdr.Ranking;
import dev.rpdr.Softmax;
import dev.rpdr.TrainingExample;
import dev.rpdr.TrainingSet;
import dev.rpdr.distill.EditFeatures;
import dev.rpdr.distill.EditStudent;
import dev.rpdr.retriever.TextAnalysis;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Learns the weights of an {@link EditStudent} from rankings: those under which the teacher's first
 * choices, and less so its second ones, are the most probable by softmax over their candidates
 * (conditional logit, McFadden 1974; the loss that {@link ListLoss} calls {@code softmax}), each
 * pulled towards 0 by its square. There is one best answer, found by {@link Lbfgs} without any
 * chance: the same rankings give the same student. A thousand rankings of twenty candidates take
 * some seconds.
 *
 * <p>Of soft examples the distribution is learnt. Immutable and thread-safe.
 */
public final class EditTrainer {
  private final TextAnalysis analysis;
  private final double secondPlaceWeight;
  private final double ridge;
  private final int leastCount;

  private EditTrainer(
      TextAnalysis analysis, double secondPlaceWeight, double ridge, int leastCount) {
    this.analysis = Objects.requireNonNull(analysis, "analysis");
    this.secondPlaceWeight = requireWeight("secondPlaceWeight", secondPlaceWeight);
    this.ridge = requireWeight("ridge", ridge);
    this.leastCount = leastCount;
    if (ridge == 0) {
      throw new IllegalArgumentException("ridge must be above 0, or weights have no bound");
    }
    if (leastCount < 1) {
      throw new IllegalArgumentException("leastCount must be >= 1, not " + leastCount);
    }
  }

  /**
   * A trainer: second places count .3, the ridge is 5e-4, and an edit is learnt that 3 candidates
   * have.
   *
   * @param analysis how texts are cut into terms: characters one by one and in pairs for Chinese,
   *     n-grams of 3 to 5 within words for English
   */
  public static EditTrainer of(TextAnalysis analysis) {
    return new EditTrainer(analysis, .3, 5e-4, 3);
  }

  /** How much second places count, ≥ 0. */
  public EditTrainer withSecondPlaceWeight(double weight) {
    return new EditTrainer(analysis, weight, ridge, leastCount);
  }

  /**
   * How strongly weights are pulled towards 0: {@code ridge · Σ weight²} joins the mean loss; &gt;
   * 0.
   */
  public EditTrainer withRidge(double newRidge) {
    return new EditTrainer(analysis, secondPlaceWeight, newRidge, leastCount);
  }

  /** How many candidates must have an edit for it to be learnt, ≥ 1. */
  public EditTrainer withLeastCount(int count) {
    return new EditTrainer(analysis, secondPlaceWeight, ridge, count);
  }

  /**
   * Learns from rankings.
   *
   * @throws IllegalArgumentException if none has two candidates or more
   */
  public EditStudent train(TrainingSet rankings) {
    Loss loss = loss(rankings);
    double[] found = Lbfgs.minimise(loss, new double[loss.size()]);
    Map<String, Double> weights = new TreeMap<>();
    loss.numbers().forEach((edit, number) -> weights.put(edit, found[number]));
    return EditStudent.of(analysis, weights);
  }

  /** What is minimised. */
  Loss loss(TrainingSet rankings) {
    List<TrainingExample> usable =
        rankings.examples().stream()
            .filter(one -> one.ranking().request().size() > 1)
            .filter(one -> !one.ranking().candidates().isEmpty())
            .toList();
    if (usable.isEmpty()) {
      throw new IllegalArgumentException(
          "none of the %d rankings chooses from two candidates or more".formatted(rankings.size()));
    }
    List<List<Map<String, Double>>> read = usable.stream().map(this::read).toList();
    Map<String, Integer> numbers = numbers(read);
    List<Lesson> lessons = new ArrayList<>();
    for (int i = 0; i < usable.size(); i++) {
      lessons.add(lesson(usable.get(i), read.get(i), numbers));
    }
    return new Loss(numbers, lessons, ridge);
  }

  private List<Map<String, Double>> read(TrainingExample example) {
    CandidateList request = example.ranking().request();
    EditFeatures.Reader reader = EditFeatures.of(analysis).reader(request.mention().text());
    return request.candidates().stream().map(one -> reader.of(one.entity())).toList();
  }

  private Map<String, Integer> numbers(List<List<Map<String, Double>>> read) {
    Map<String, Integer> counts = new TreeMap<>();
    read.forEach(
        list ->
            list.forEach(one -> one.keySet().forEach(edit -> counts.merge(edit, 1, Integer::sum))));
    counts.values().removeIf(count -> count < leastCount);
    Map<String, Integer> numbers = new HashMap<>();
    counts.keySet().forEach(edit -> numbers.put(edit, numbers.size()));
    return numbers;
  }

  private Lesson lesson(
      TrainingExample example, List<Map<String, Double>> read, Map<String, Integer> numbers) {
    int[][] edits = new int[read.size()][];
    double[][] values = new double[read.size()][];
    for (int c = 0; c < edits.length; c++) {
      Map<Integer, Double> known = new TreeMap<>();
      read.get(c)
          .forEach(
              (edit, value) -> {
                Integer number = numbers.get(edit);
                if (number != null) {
                  known.put(number, value);
                }
              });
      edits[c] = known.keySet().stream().mapToInt(Integer::intValue).toArray();
      values[c] = known.values().stream().mapToDouble(Double::doubleValue).toArray();
    }
    return new Lesson(edits, values, targets(example), example.weight());
  }

  /** What is to be probable: of all candidates, and then of those that are left. */
  private List<Target> targets(TrainingExample example) {
    Ranking ranking = example.ranking();
    CandidateList request = ranking.request();
    List<Target> targets = new ArrayList<>();
    if (example.soft()) {
      double[] probabilities = new double[request.size()];
      ranking
          .candidates()
          .forEach(one -> probabilities[request.ids().indexOf(one.id())] = one.score());
      targets.add(new Target(-1, probabilities, 1));
      return targets;
    }
    List<String> ids = ranking.ids();
    int first = request.ids().indexOf(ids.get(0));
    targets.add(new Target(-1, only(first, request.size()), 1));
    if (ids.size() > 1 && request.size() > 2 && secondPlaceWeight > 0) {
      int second = request.ids().indexOf(ids.get(1));
      targets.add(new Target(first, only(second, request.size()), secondPlaceWeight));
    }
    return targets;
  }

  private static double[] only(int place, int size) {
    double[] probabilities = new double[size];
    probabilities[place] = 1;
    return probabilities;
  }

  private static double requireWeight(String what, double weight) {
    if (!(weight >= 0) || Double.isInfinite(weight)) {
      throw new IllegalArgumentException(what + " must be a finite number >= 0, not " + weight);
    }
    return weight;
  }

  /**
   * A distribution to be learnt.
   *
   * @param without a candidate that is left out, or -1
   */
  @SuppressWarnings("ArrayRecordComponent")
  private record Target(int without, double[] probabilities, double weight) {}

  /**
   * A ranking in numbers.
   *
   * @param edits {@code int[candidates][]}, the features of each
   * @param values their values
   */
  @SuppressWarnings("ArrayRecordComponent")
  private record Lesson(int[][] edits, double[][] values, List<Target> targets, double weight) {}

  /** The mean cross-entropy and the ridge. */
  record Loss(Map<String, Integer> numbers, List<Lesson> lessons, double ridge)
      implements Lbfgs.Function {
    /** How many weights there are. */
    int size() {
      return numbers.size();
    }

    @Override
    public double at(double[] weights, double[] slope) {
      double loss = 0;
      for (int i = 0; i < weights.length; i++) {
        loss += ridge * weights[i] * weights[i];
        slope[i] = 2 * ridge * weights[i];
      }
      for (Lesson lesson : lessons) {
        double[] scores = new double[lesson.edits().length];
        for (int c = 0; c < scores.length; c++) {
          for (int k = 0; k < lesson.edits()[c].length; k++) {
            scores[c] += weights[lesson.edits()[c][k]] * lesson.values()[c][k];
          }
        }
        double[] pull = new double[scores.length];
        for (Target target : lesson.targets()) {
          loss += add(target, scores, lesson.weight() / lessons.size(), pull);
        }
        for (int c = 0; c < pull.length; c++) {
          for (int k = 0; k < lesson.edits()[c].length; k++) {
            slope[lesson.edits()[c][k]] += pull[c] * lesson.values()[c][k];
          }
        }
      }
      return loss;
    }

    /** One target's cross-entropy; its slope by the scores is added to {@code pull}. */
    private static double add(Target target, double[] scores, double share, double[] pull) {
      int[] seen = IntStream.range(0, scores.length).filter(c -> c != target.without()).toArray();
      double[] logs = Softmax.log(Arrays.stream(seen).mapToDouble(c -> scores[c]).toArray(), 1);
      double factor = share * target.weight();
      double loss = 0;
      for (int i = 0; i < seen.length; i++) {
        double wanted = target.probabilities()[seen[i]];
        loss -= factor * wanted * logs[i];
        pull[seen[i]] += factor * (Math.exp(logs[i]) - wanted);
      }
      return loss;
    }
  }
}
