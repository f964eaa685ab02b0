package dev.rpdr.distill;

import dev.rpdr.CandidateList;
import dev.rpdr.Gold;
import dev.rpdr.LabelledMention;
import dev.rpdr.RankSummary;
import dev.rpdr.Ranking;
import dev.rpdr.Softmax;
import dev.rpdr.StudentReranker;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Finds the weights of a {@link FusedStudent} on rows whose answers are known and that no student
 * was trained on. They are those under which the right candidates are the most probable, the
 * probability of a candidate being the softmax of its fused score over its request (conditional
 * logit, McFadden 1974). There is one best answer, found by Newton's method; it has as many numbers
 * as there are students and one more, so that a few hundred rows suffice and hardly flatter.
 *
 * <p>Where several candidates of a row are right, each is to have the same probability. Rows
 * without a right candidate teach nothing and are counted as wrong.
 */
public final class FusionFitter {
  /** Keeps a student that adds nothing from a weight without bound; scores have deviation 1. */
  private static final double RIDGE = 1e-3;

  private static final int MOST_STEPS = 100;
  private static final double SMALL = 1e-9;

  private FusionFitter() {}

  /**
   * What was found.
   *
   * @param fusion the weights
   * @param taught how many rows have a right candidate
   * @param fused how good the fusion is on the rows it was fitted on
   * @param students how good each student is there alone; copied
   * @param rankings what the fusion makes of the rows, to calibrate on without asking the students
   *     again; copied
   */
  public record Fit(
      Fusion fusion,
      int taught,
      RankSummary fused,
      List<RankSummary> students,
      List<Ranking> rankings) {
    public Fit {
      students = List.copyOf(students);
      rankings = List.copyOf(rankings);
    }

    /** What was found, in a line for a reader; accuracies are Acc@1 / Acc@5. */
    public String summary() {
      return "weights "
          + fusion.weights()
          + ", place weight "
          + fusion.placeWeight()
          + " fitted on "
          + fused.n()
          + " rows ("
          + taught
          + " with a right candidate): there "
          + fused
          + " (each alone "
          + students
          + ")";
    }
  }

  /**
   * Fits on rows.
   *
   * @param rows mentions with gold
   * @param requests the candidates of each, in the same order
   * @param students what is fused, in the order of the weights; each ranks the rows once
   * @throws IllegalArgumentException if the lists differ in length, there is no student, or no row
   *     has a right candidate
   * @throws IllegalStateException if a student left a candidate out
   */
  public static Fit fit(
      List<LabelledMention> rows, List<CandidateList> requests, List<StudentReranker> students) {
    return fit(rows, requests, students, true);
  }

  /**
   * As {@link #fit}, but the place in the request gets no weight. That is for a student which will
   * rank the candidates of another retriever than the one it is fitted on: what a place is worth
   * belongs to the retriever that gave it.
   */
  public static Fit fitWithoutPlaces(
      List<LabelledMention> rows, List<CandidateList> requests, List<StudentReranker> students) {
    return fit(rows, requests, students, false);
  }

  private static Fit fit(
      List<LabelledMention> rows,
      List<CandidateList> requests,
      List<StudentReranker> students,
      boolean places) {
    if (rows.size() != requests.size()) {
      throw new IllegalArgumentException(
          rows.size() + " rows with gold, but " + requests.size() + " candidate lists");
    }
    if (students.isEmpty()) {
      throw new IllegalArgumentException("there is no student to give a weight to");
    }
    return fitRankings(
        rows.stream().map(LabelledMention::gold).toList(),
        requests,
        students.stream().map(student -> student.rerankAll(requests)).toList(),
        places);
  }

  /** Fits on what each student made of the requests before. */
  static Fit fitRankings(
      List<Gold> gold, List<CandidateList> requests, List<List<Ranking>> rankings, boolean places) {
    List<Row> rows = new ArrayList<>(gold.size());
    for (int i = 0; i < gold.size(); i++) {
      double[][] scores = new double[rankings.size()][];
      for (int k = 0; k < scores.length; k++) {
        scores[k] = rankings.get(k).get(i).scoresInOrder(requests.get(i));
      }
      rows.add(Row.of(gold.get(i), requests.get(i), scores, places));
    }
    return fit(rows, requests, rankings.size());
  }

  private static Fit fit(List<Row> rows, List<CandidateList> requests, int students) {
    List<Row> taught = rows.stream().filter(Row::teaches).toList();
    if (taught.isEmpty()) {
      throw new IllegalArgumentException(
          "none of the %d rows has a right candidate, so there is nothing to learn weights from"
              .formatted(rows.size()));
    }
    double[] scale = deviations(taught, students + 1);
    double[] weights = newton(taught, scale);
    List<Double> perStudent = new ArrayList<>();
    List<RankSummary> alone = new ArrayList<>();
    for (int k = 0; k < students; k++) {
      perStudent.add(weights[k] / scale[k]);
      int student = k;
      alone.add(summary(rows, row -> row.scores()[student]));
    }
    Fusion fusion = new Fusion(perStudent, weights[students] / scale[students]);
    List<double[]> fused =
        rows.stream().map(row -> fusion.of(Arrays.copyOf(row.scores(), students))).toList();
    List<Ranking> rankings =
        IntStream.range(0, rows.size())
            .mapToObj(i -> Ranking.byScore(requests.get(i), fused.get(i)))
            .toList();
    int[] ranks =
        IntStream.range(0, rows.size()).map(i -> rows.get(i).rank(fused.get(i))).toArray();
    return new Fit(fusion, taught.size(), RankSummary.of(ranks), alone, rankings);
  }

  private static RankSummary summary(List<Row> rows, Function<Row, double[]> scores) {
    return RankSummary.of(rows.stream().mapToInt(row -> row.rank(scores.apply(row))).toArray());
  }

  /** The deviation of each score around its mean within a request; 1 where it never differs. */
  private static double[] deviations(List<Row> rows, int features) {
    double[] squares = new double[features];
    long n = 0;
    for (Row row : rows) {
      n += row.right().length;
      for (int k = 0; k < features; k++) {
        double mean = Arrays.stream(row.scores()[k]).average().orElse(0);
        squares[k] += Arrays.stream(row.scores()[k]).map(s -> (s - mean) * (s - mean)).sum();
      }
    }
    double[] deviations = new double[features];
    for (int k = 0; k < features; k++) {
      double deviation = Math.sqrt(squares[k] / n);
      deviations[k] = deviation < SMALL ? 1 : deviation;
    }
    return deviations;
  }

  private static double[] newton(List<Row> rows, double[] scale) {
    double[] weights = new double[scale.length];
    Likelihood now = Likelihood.at(weights, rows, scale);
    for (int step = 0; step < MOST_STEPS; step++) {
      double[] direction = LinearSystem.solve(now.curvature(), now.slope());
      double length = 1;
      double[] next = moved(weights, direction, length);
      Likelihood there = Likelihood.at(next, rows, scale);
      while (there.value() < now.value() && length > SMALL) {
        length /= 2;
        next = moved(weights, direction, length);
        there = Likelihood.at(next, rows, scale);
      }
      boolean arrived = there.value() - now.value() < SMALL;
      weights = next;
      now = there;
      if (arrived) {
        break;
      }
    }
    return weights;
  }

  private static double[] moved(double[] from, double[] direction, double length) {
    double[] to = from.clone();
    for (int k = 0; k < to.length; k++) {
      to[k] += length * direction[k];
    }
    return to;
  }

  /**
   * The mean log-likelihood less the ridge, its slope, and how it curves (the negative second
   * derivative).
   */
  @SuppressWarnings("ArrayRecordComponent")
  private record Likelihood(double value, double[] slope, double[][] curvature) {
    static Likelihood at(double[] weights, List<Row> rows, double[] scale) {
      int features = weights.length;
      double value = 0;
      double[] slope = new double[features];
      double[][] curvature = new double[features][features];
      for (Row row : rows) {
        int size = row.right().length;
        double[] fused = new double[size];
        for (int k = 0; k < features; k++) {
          for (int c = 0; c < size; c++) {
            fused[c] += weights[k] * row.scores()[k][c] / scale[k];
          }
        }
        double[] logs = Softmax.log(fused, 1);
        double[] mean = new double[features];
        for (int c = 0; c < size; c++) {
          double p = Math.exp(logs[c]);
          double target = row.target(c);
          value += target * logs[c];
          for (int k = 0; k < features; k++) {
            double x = row.scores()[k][c] / scale[k];
            mean[k] += p * x;
            slope[k] += target * x;
            for (int j = 0; j <= k; j++) {
              curvature[k][j] += p * x * row.scores()[j][c] / scale[j];
            }
          }
        }
        for (int k = 0; k < features; k++) {
          slope[k] -= mean[k];
          for (int j = 0; j <= k; j++) {
            curvature[k][j] -= mean[k] * mean[j];
          }
        }
      }
      double n = rows.size();
      for (int k = 0; k < features; k++) {
        value -= n * RIDGE / 2 * weights[k] * weights[k];
        slope[k] = slope[k] / n - RIDGE * weights[k];
        for (int j = 0; j <= k; j++) {
          curvature[k][j] /= n;
          curvature[j][k] = curvature[k][j];
        }
        curvature[k][k] += RIDGE;
      }
      return new Likelihood(value / n, slope, curvature);
    }
  }

  /**
   * A row: the students' scores and, last, 1 / (place + 1), or 0 where places do not count, each by
   * candidate, and which are right.
   */
  @SuppressWarnings("ArrayRecordComponent")
  private record Row(double[][] scores, boolean[] right) {
    static Row of(Gold gold, CandidateList request, double[][] students, boolean places) {
      boolean[] right = gold.rightAmong(request.ids());
      double[][] scores = Arrays.copyOf(students, students.length + 1);
      scores[students.length] = new double[right.length];
      for (int i = 0; i < right.length; i++) {
        scores[students.length][i] = places ? 1.0 / (i + 1) : 0;
      }
      return new Row(scores, right);
    }

    boolean teaches() {
      return rightCount() > 0;
    }

    double target(int candidate) {
      return right[candidate] ? 1.0 / rightCount() : 0;
    }

    int rank(double[] fused) {
      return RankSummary.rankOf(fused, right);
    }

    private int rightCount() {
      int count = 0;
      for (boolean one : right) {
        count += one ? 1 : 0;
      }
      return count;
    }
  }
}
