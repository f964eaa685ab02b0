package dev.rpdr.eval;

import dev.rpdr.Evaluation;
import dev.rpdr.Evaluation.Judgement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How far a system's confidences ({@link dev.rpdr.Ranking#confidence()}) can be relied on.
 *
 * @param calibrationError the expected calibration error, in [0, 1]: the distance between mean
 *     confidence and Acc@1 in ten bins of equal width, weighted by their mentions (Guo et al., "On
 *     Calibration of Modern Neural Networks", ICML 2017)
 * @param brier the mean squared distance between confidence and right (1) or wrong (0), in [0, 1]
 * @param discrimination how probable it is that a right first place has the higher confidence than
 *     a wrong one, ties counting half (area under the ROC curve), in [0, 1]; .5 where all are right
 *     or all wrong
 * @param surest from a percentage of the mentions to Acc@1 among as many of the surest: what is
 *     left where the others go to a person; 100, 90, … 50
 */
public record Reliability(
    double calibrationError,
    double brier,
    double discrimination,
    SortedMap<Integer, Double> surest) {
  private static final int BINS = 10;
  private static final List<Integer> SHARES = List.of(100, 90, 80, 70, 60, 50);

  public Reliability {
    surest = Collections.unmodifiableSortedMap(new TreeMap<>((Map<Integer, Double>) surest));
  }

  /** Of an evaluation; nothing where it has no mentions, or one without a confidence. */
  public static Optional<Reliability> of(Evaluation evaluation) {
    List<Point> points = new ArrayList<>();
    for (Judgement judgement : evaluation.judgements()) {
      Double confidence = judgement.ranking().confidence();
      if (confidence == null) {
        return Optional.empty();
      }
      points.add(new Point(confidence, judgement.hitAt(1) ? 1 : 0));
    }
    if (points.isEmpty()) {
      return Optional.empty();
    }
    points.sort(Comparator.comparingDouble(Point::confidence).reversed());
    SortedMap<Integer, Double> surest = new TreeMap<>();
    SHARES.forEach(share -> surest.put(share, accuracy(points, share / 100.0 * points.size())));
    return Optional.of(
        new Reliability(calibrationError(points), brier(points), discrimination(points), surest));
  }

  private static double calibrationError(List<Point> points) {
    double[] confidence = new double[BINS];
    double[] right = new double[BINS];
    for (Point point : points) {
      int bin = Math.min(BINS - 1, (int) (point.confidence() * BINS));
      confidence[bin] += point.confidence();
      right[bin] += point.right();
    }
    double sum = 0;
    for (int bin = 0; bin < BINS; bin++) {
      sum += Math.abs(confidence[bin] - right[bin]);
    }
    return sum / points.size();
  }

  private static double brier(List<Point> points) {
    return points.stream()
        .mapToDouble(point -> Math.pow(point.confidence() - point.right(), 2))
        .average()
        .orElseThrow();
  }

  /** Pairs of a right and a wrong one in which the right one is surer, over all such pairs. */
  private static double discrimination(List<Point> points) {
    double won = 0;
    double rightBefore = 0;
    double wrong = 0;
    for (List<Point> tied : ties(points)) {
      double right = tied.stream().mapToDouble(Point::right).sum();
      double others = tied.size() - right;
      won += others * (rightBefore + right / 2);
      rightBefore += right;
      wrong += others;
    }
    return rightBefore == 0 || wrong == 0 ? 0.5 : won / (rightBefore * wrong);
  }

  /** Acc@1 of the first {@code count}; of equally sure ones, each counts by the share that fits. */
  private static double accuracy(List<Point> points, double count) {
    double right = 0;
    double left = count;
    for (List<Point> tied : ties(points)) {
      double taken = Math.min(left, tied.size());
      right += taken * tied.stream().mapToDouble(Point::right).average().orElseThrow();
      left -= taken;
    }
    return right / count;
  }

  /** Groups of equal confidence, the surest first. */
  private static List<List<Point>> ties(List<Point> sorted) {
    List<List<Point>> groups = new ArrayList<>();
    for (Point point : sorted) {
      List<Point> last = groups.isEmpty() ? List.of() : groups.get(groups.size() - 1);
      if (last.isEmpty() || last.get(0).confidence() != point.confidence()) {
        last = new ArrayList<>();
        groups.add(last);
      }
      last.add(point);
    }
    return groups;
  }

  /**
   * Acc@1 among the surest mentions; see {@link #surest}.
   *
   * @throws IllegalArgumentException for a percentage that was not computed
   */
  public double accuracyOfSurest(int percent) {
    Double accuracy = surest.get(percent);
    if (accuracy == null) {
      throw new IllegalArgumentException(percent + " is not one of " + surest.keySet());
    }
    return accuracy;
  }

  private record Point(double confidence, double right) {}
}
