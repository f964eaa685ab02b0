package dev.rpdr.distill;

import dev.rpdr.CandidateList;
import dev.rpdr.Gold;
import dev.rpdr.LabelledMention;
import dev.rpdr.RankSummary;
import dev.rpdr.Ranking;
import dev.rpdr.Softmax;
import dev.rpdr.StudentReranker;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Finds how a {@link CascadeStudent} should join its two students, on rows whose answers are known
 * and that neither student was trained on. Each student ranks the rows once; everything else is
 * arithmetic in memory.
 *
 * <p>Temperature, weight and place weight are those under which the right candidates are the most
 * probable with both students asked about every row (conditional logit, {@link FusionFitter}): so
 * few numbers hardly flatter. A weight below 0 becomes 0. Then the early exit: the smallest
 * threshold that changes the first choice of no more rows than allowed, whether for better or for
 * worse: where as many are won as lost by chance, an accuracy would let everything leave. A right
 * answer is any id of the gold. Deterministic, immutable, thread-safe.
 */
public final class CascadeFitter {
  /** Below the share of one row in a billion. */
  private static final double ROUNDING = 1e-12;

  /** The weight of a first student whose order is of no use. */
  private static final double NEXT_TO_NOTHING = 1e-6;

  private final List<Double> sures;
  private final double allowedLoss;
  private final boolean places;

  private CascadeFitter(List<Double> sures, double allowedLoss, boolean places) {
    this.sures = List.copyOf(sures);
    this.sures.forEach(CascadeOptions.defaults()::withSure);
    if (!(allowedLoss >= 0 && allowedLoss <= 1)) {
      throw new IllegalArgumentException("allowedLoss must be 0 to 1, not " + allowedLoss);
    }
    this.allowedLoss = allowedLoss;
    this.places = places;
  }

  /**
   * A fitter whose early exit may change nothing, of thresholds at which about every tenth, two
   * tenths and so on of the rows leave.
   */
  public static CascadeFitter defaults() {
    return new CascadeFitter(List.of(), 0, true);
  }

  /**
   * Tries these thresholds of the early exit; 0 and 1, with which all and none leave early, are
   * tried besides.
   *
   * @param newSures each 0 to 1, see {@link CascadeOptions#sure}; none for tenths of the rows
   */
  public CascadeFitter withSures(Double... newSures) {
    return new CascadeFitter(List.of(newSures), allowedLoss, places);
  }

  /**
   * Lets the early exit change first choices.
   *
   * @param newAllowedLoss the share of the rows, 0 to 1, whose first choice the early exit may
   *     change: the most Acc@1 that it can cost there
   */
  public CascadeFitter withAllowedLoss(double newAllowedLoss) {
    return new CascadeFitter(sures, newAllowedLoss, places);
  }

  /**
   * Gives the place in the request no weight: for a cascade that will rank the candidates of
   * another retriever than the one it is fitted on.
   */
  public CascadeFitter withoutPlaces() {
    return new CascadeFitter(sures, allowedLoss, false);
  }

  /**
   * Lets both students rank, and fits.
   *
   * @param rows what the mentions of the requests really mean
   * @param requests candidates, one list a row, in the same order
   * @throws IllegalArgumentException if there is no row, none has a right candidate, or a request
   *     is of another mention than its row
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
   * @throws IllegalArgumentException if there is no row, none has a right candidate, or two
   *     rankings of a row are of different requests
   * @throws IllegalStateException if a ranking left a candidate out
   */
  public CascadeFit fit(List<Gold> gold, List<Ranking> first, List<Ranking> second) {
    List<CascadeRow> rows = rows(gold, first, second);
    List<CandidateList> requests = first.stream().map(Ranking::request).toList();
    Fusion fusion =
        FusionFitter.fitRankings(gold, requests, List.of(first, second), places).fusion();
    if (fusion.placeWeight() < 0) {
      fusion = FusionFitter.fitRankings(gold, requests, List.of(first, second), false).fusion();
    }
    return exit(
        rows,
        new CascadeOptions(
            1 / Math.max(NEXT_TO_NOTHING, fusion.weights().get(0)),
            Math.max(0, fusion.weights().get(1)),
            1,
            fusion.placeWeight()));
  }

  /**
   * Finds the early exit of a join that is given.
   *
   * @param join temperature, weight and place weight
   * @throws ArithmeticException if a score is too great to be divided by the temperature
   */
  CascadeFit fitExit(
      CascadeOptions join, List<Gold> gold, List<Ranking> first, List<Ranking> second) {
    return exit(rows(gold, first, second), join);
  }

  private static List<CascadeRow> rows(List<Gold> gold, List<Ranking> first, List<Ranking> second) {
    requireEqual(gold.size(), first.size(), "rankings of the first student");
    requireEqual(gold.size(), second.size(), "rankings of the second student");
    requireSome(first.stream().map(Ranking::request).toList());
    List<CascadeRow> rows = new ArrayList<>(gold.size());
    for (int i = 0; i < gold.size(); i++) {
      rows.add(CascadeRow.of(gold.get(i), first.get(i), second.get(i)));
    }
    return rows;
  }

  private CascadeFit exit(List<CascadeRow> rows, CascadeOptions join) {
    List<double[]> logs =
        rows.stream().map(row -> Softmax.log(row.first(), join.temperature())).toList();
    List<CascadeFit.Exit> exits =
        thresholds(logs).stream().map(sure -> run(rows, logs, join.withSure(sure))).toList();
    CascadeFit.Exit chosen =
        exits.stream()
            .filter(exit -> exit.changed() <= allowedLoss + ROUNDING)
            .findFirst()
            .orElseThrow();
    return new CascadeFit(
        join.withSure(chosen.sure()),
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
    int changed = 0;
    for (int i = 0; i < ranks.length; i++) {
      CascadeRow row = rows.get(i);
      boolean asked = CascadeScores.asksSecond(logs.get(i), options);
      double[] second = asked ? row.second() : null;
      double[] joined = CascadeScores.joined(logs.get(i), second, options);
      ranks[i] = row.rank(joined);
      if (!asked) {
        early++;
        double[] both = CascadeScores.joined(logs.get(i), row.second(), options);
        changed += first(joined) == first(both) ? 0 : 1;
      }
    }
    double n = ranks.length;
    return new CascadeFit.Exit(options.sure(), early / n, changed / n, RankSummary.of(ranks));
  }

  /** The place in the request of what is ranked first; 0 where there is nothing. */
  private static int first(double[] scores) {
    int first = 0;
    for (int i = 1; i < scores.length; i++) {
      first = scores[i] > scores[first] ? i : first;
    }
    return first;
  }

  /** The thresholds to try, rising. */
  private SortedSet<Double> thresholds(List<double[]> logs) {
    SortedSet<Double> thresholds = new TreeSet<>(sures);
    thresholds.addAll(List.of(0.0, 1.0));
    if (sures.isEmpty()) {
      double[] rising = logs.stream().mapToDouble(CascadeScores::confidence).sorted().toArray();
      for (int tenths = 1; tenths < 10; tenths++) {
        double at = rising[(int) Math.floor(rising.length * (tenths / 10.0))];
        // four digits, so that a threshold can be written down; 1 would be no exit
        thresholds.add(Math.min(Math.floor(at * 1e4) / 1e4, .9999));
      }
    }
    return thresholds;
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
}
