package dev.rpdr.distill;

import dev.rpdr.CandidateList;
import dev.rpdr.Gold;
import dev.rpdr.LabelledMention;
import dev.rpdr.RankSummary;
import dev.rpdr.Ranking;
import dev.rpdr.Softmax;
import dev.rpdr.StudentReranker;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Finds how a {@link CascadeStudent} should join its two students, on rows whose answers are known
 * and that neither student was trained on. Each student ranks the rows once; everything else is
 * arithmetic in memory, so that the whole default grid over a thousand rows takes a few seconds.
 *
 * <p>Of the grid, the temperature, weight and place weight are chosen that give the best Acc@1 with
 * both students asked about every row; among equals the best Acc@5, then the best mean reciprocal
 * rank, then the smallest weight, place weight and temperature. Then the early exit: the smallest
 * threshold whose Acc@1 is at most the allowed loss below that. A right answer is any id of the
 * gold. Deterministic, immutable, thread-safe.
 *
 * <p>The order of a cascade depends on weight × temperature and place weight × temperature alone,
 * so that many combinations are equal; the temperature for itself decides only what a threshold
 * means.
 */
public final class CascadeFitter {
  /** Below the accuracy of one row in a billion. */
  private static final double ROUNDING = 1e-12;

  private final CascadeGrid grid;

  private CascadeFitter(CascadeGrid grid) {
    this.grid = Objects.requireNonNull(grid, "grid");
  }

  /** A fitter that tries the values of a grid. */
  public static CascadeFitter of(CascadeGrid grid) {
    return new CascadeFitter(grid);
  }

  /**
   * Lets both students rank, and fits.
   *
   * @param rows what the mentions of the requests really mean
   * @param requests candidates, one list a row, in the same order
   * @throws IllegalArgumentException if there is no row, none has a candidate, or a request is of
   *     another mention than its row
   */
  public CascadeFit fit(
      List<LabelledMention> rows,
      List<CandidateList> requests,
      StudentReranker first,
      StudentReranker second) {
    requireEqual(rows.size(), requests.size(), "candidate lists");
    requireSome(requests);
    for (int i = 0; i < rows.size(); i++) {
      String asked = requests.get(i).mention().text();
      if (!rows.get(i).mention().text().equals(asked)) {
        throw new IllegalArgumentException(
            "row "
                + (i + 1)
                + " is '"
                + rows.get(i).mention().text()
                + "', but its candidates are of '"
                + asked
                + "'");
      }
    }
    return fit(
        rows.stream().map(LabelledMention::gold).toList(),
        first.rerankAll(requests),
        second.rerankAll(requests));
  }

  /**
   * Fits on rankings that were made before.
   *
   * @param gold what the mentions mean, one a row
   * @param first the first student's rankings, one a row, whole
   * @param second the second student's, of the same requests, whole
   * @throws IllegalArgumentException if there is no row, none has a candidate, or two rankings of a
   *     row are of different requests
   * @throws IllegalStateException if a ranking left a candidate out
   * @throws ArithmeticException if a score is too great to be divided by a temperature
   */
  public CascadeFit fit(List<Gold> gold, List<Ranking> first, List<Ranking> second) {
    requireEqual(gold.size(), first.size(), "rankings of the first student");
    requireEqual(gold.size(), second.size(), "rankings of the second student");
    requireSome(first.stream().map(Ranking::request).toList());
    List<CascadeRow> rows = new ArrayList<>(gold.size());
    for (int i = 0; i < gold.size(); i++) {
      rows.add(CascadeRow.of(gold.get(i), first.get(i), second.get(i)));
    }
    return fit(rows);
  }

  private CascadeFit fit(List<CascadeRow> rows) {
    Tried best = null;
    for (double temperature : grid.temperatures()) {
      List<double[]> logs = logs(rows, temperature);
      for (double weight : grid.weights()) {
        for (double placeWeight : grid.placeWeights()) {
          CascadeOptions options = new CascadeOptions(temperature, weight, 1, placeWeight);
          Tried tried = new Tried(options, run(rows, logs, options).joined());
          best = best == null || Tried.BEST_LAST.compare(tried, best) > 0 ? tried : best;
        }
      }
    }
    CascadeOptions options = Objects.requireNonNull(best).options();
    List<double[]> logs = logs(rows, options.temperature());
    List<CascadeFit.Exit> exits =
        thresholds(logs).stream().map(sure -> run(rows, logs, options.withSure(sure))).toList();
    double least = best.joined().at1() - grid.allowedLoss() - ROUNDING;
    CascadeFit.Exit chosen =
        exits.stream().filter(exit -> exit.joined().at1() >= least).findFirst().orElseThrow();
    return new CascadeFit(
        options.withSure(chosen.sure()),
        (int) rows.stream().filter(row -> row.size() == 0).count(),
        chosen.joined(),
        RankSummary.of(rows.stream().mapToInt(row -> row.rank(row.first())).toArray()),
        RankSummary.of(rows.stream().mapToInt(row -> row.rank(row.second())).toArray()),
        exits);
  }

  /** How good a cascade is, and how many rows leave early. */
  private static CascadeFit.Exit run(
      List<CascadeRow> rows, List<double[]> logs, CascadeOptions options) {
    int[] ranks = new int[rows.size()];
    int early = 0;
    for (int i = 0; i < ranks.length; i++) {
      boolean asked = CascadeScores.asksSecond(logs.get(i), options);
      early += asked ? 0 : 1;
      double[] second = asked ? rows.get(i).second() : null;
      ranks[i] = rows.get(i).rank(CascadeScores.joined(logs.get(i), second, options));
    }
    return new CascadeFit.Exit(
        options.sure(), early / (double) ranks.length, RankSummary.of(ranks));
  }

  /** The thresholds to try, rising. */
  private SortedSet<Double> thresholds(List<double[]> logs) {
    SortedSet<Double> thresholds = new TreeSet<>(grid.sures());
    thresholds.addAll(List.of(0.0, 1.0));
    if (grid.sures().isEmpty()) {
      double[] rising = logs.stream().mapToDouble(CascadeScores::confidence).sorted().toArray();
      for (int tenths = 1; tenths < 10; tenths++) {
        double at = rising[(int) Math.floor(rising.length * (tenths / 10.0))];
        // four digits, so that a threshold can be written down; 1 would be no exit
        thresholds.add(Math.min(Math.floor(at * 1e4) / 1e4, .9999));
      }
    }
    return thresholds;
  }

  private static List<double[]> logs(List<CascadeRow> rows, double temperature) {
    return rows.stream().map(row -> Softmax.log(row.first(), temperature)).toList();
  }

  private static void requireEqual(int rows, int others, String what) {
    if (rows != others) {
      throw new IllegalArgumentException(
          others + " " + what + " for " + rows + " rows with gold; one a row is needed");
    }
  }

  private static void requireSome(List<CandidateList> requests) {
    if (requests.isEmpty()) {
      throw new IllegalArgumentException(
          "there are no rows with gold; a cascade is fitted on rows whose answers are known");
    }
    if (requests.stream().allMatch(request -> request.size() == 0)) {
      throw new IllegalArgumentException(
          "none of the " + requests.size() + " rows has a candidate, so there is nothing to join");
    }
  }

  private record Tried(CascadeOptions options, RankSummary joined) {
    static final Comparator<Tried> BEST_LAST =
        Comparator.comparing(Tried::joined, RankSummary.BY_ACCURACY)
            .thenComparing(t -> t.options().weight(), Comparator.reverseOrder())
            .thenComparing(t -> t.options().placeWeight(), Comparator.reverseOrder())
            .thenComparing(t -> t.options().temperature(), Comparator.reverseOrder());
  }
}
