package dev.rpdr.distill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import dev.rpdr.CandidateList;
import dev.rpdr.Entity;
import dev.rpdr.Gold;
import dev.rpdr.LabelledMention;
import dev.rpdr.Mention;
import dev.rpdr.Provenance;
import dev.rpdr.RankSummary;
import dev.rpdr.Ranking;
import dev.rpdr.StudentReranker;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CascadeFitterTest {
  private static final List<Entity> TWO =
      List.of(Entity.of("right", "Cough"), Entity.of("wrong", "Fever"));
  private static final CascadeFitter PLAIN = CascadeFitter.defaults().withSures(.6, .7, .8);
  private static final CascadeOptions EQUAL = new CascadeOptions(1, 1, 1, 0);

  /** How far the right one is above the wrong one, by the first and by the second student. */
  private static final double[][] HAND = {{3, -1}, {-1, .8}, {1, -.8}, {-.5, 1}};

  @Test
  void theExitIsTheOneCountedByHand() {
    // joined, the right one is above by 2, -.2, .2, .5
    CascadeFit fit = exit(PLAIN, HAND);

    assertThat(fit.options()).isEqualTo(EQUAL.withSure(.7));
    assertThat(fit.joined()).isEqualTo(new RankSummary(4, .75, 1, .875));
    assertThat(fit.first().at1()).isEqualTo(.5);
    assertThat(fit.second().at1()).isEqualTo(.5);
    // the first is sure with .953, .731, .731, .622
    assertThat(fit.exits())
        .extracting(
            CascadeFit.Exit::sure,
            CascadeFit.Exit::share,
            CascadeFit.Exit::changed,
            exit -> exit.joined().at1())
        .containsExactly(
            tuple(0.0, 1.0, .25, .5),
            tuple(.6, 1.0, .25, .5),
            tuple(.7, .75, 0.0, .75),
            tuple(.8, .25, 0.0, .75),
            tuple(1.0, 0.0, 0.0, .75));
    assertThat(fit.exitShare()).isEqualTo(.75);
  }

  @Test
  void anAllowedLossLetsMoreLeaveEarly() {
    CascadeFit fit = exit(PLAIN.withAllowedLoss(.25), HAND);

    assertThat(fit.options().sure()).isZero();
    assertThat(fit.joined().at1()).isEqualTo(.5);
    assertThat(exit(PLAIN.withAllowedLoss(.24), HAND).options().sure()).isEqualTo(.7);
  }

  @Test
  void anExitByWhichAsManyAreWonAsLostChangesThemAll() {
    // the first alone is as often right as both together, about other rows
    double[][] margins = {{3, 1}, {1, -2}, {-1, 2}};

    CascadeFit fit = exit(PLAIN, margins);

    assertThat(fit.exits().get(0).joined().at1()).isEqualTo(fit.joined().at1());
    assertThat(fit.exits().get(0).changed()).isCloseTo(2 / 3., within(1e-12));
    assertThat(fit.options().sure()).isEqualTo(.8);
  }

  @Test
  void theJoinMakesTheRightOnesMostProbable() {
    // the first is right in three of four rows, by .1 each, and the second does not care:
    // weight * .1 = ln 3, but for the ridge
    double[][] cosines = {{.1, 0}, {.1, 0}, {.1, 0}, {-.1, 0}};

    CascadeOptions join = fit(CascadeFitter.defaults().withoutPlaces(), cosines).options();

    assertThat(join.temperature()).isCloseTo(.1 / Math.log(3), within(.002));
    assertThat(join.weight()).isZero();
    assertThat(join.placeWeight()).isZero();
  }

  @Test
  void theSecondStudentCountsAsMuchAsItHelps() {
    double[][] margins = {{1, 2}, {-1, 2}, {1, -1}, {1, 1}, {-1, -1}, {1, -2}, {-1, 1}};

    CascadeOptions join = fit(CascadeFitter.defaults().withoutPlaces(), margins).options();

    FusedStudent fused =
        FusedStudent.of(
            List.of(new Margins(margins, 0), new Margins(margins, 1)),
            new Fusion(List.of(1 / join.temperature(), join.weight()), 0));
    CascadeStudent cascade =
        CascadeStudent.of(new Margins(margins, 0), new Margins(margins, 1), join.withSure(1));
    assertThat(join.weight()).isPositive();
    for (int row = 0; row < margins.length; row++) {
      CandidateList request = ranking(row, 0).request();
      assertThat(cascade.rerank(request).ids()).isEqualTo(fused.rerank(request).ids());
    }
    double[][] misleading = {{1, -2}, {-1, -2}, {1, 1}, {1, -1}, {-1, 1}, {1, 2}, {-1, -1}};
    assertThat(fit(CascadeFitter.defaults().withoutPlaces(), misleading).options().weight())
        .isZero();
  }

  @Test
  void thePlacesOfTheRequestAreWeighedWhereTheyHelp() {
    // the right one stands first in each request
    double[][] wrong = {{-.2, -.1}, {-.3, -.1}};

    CascadeFit fit = fit(CascadeFitter.defaults(), wrong);

    assertThat(fit.options().placeWeight()).isPositive();
    assertThat(fit.options().weight()).isZero();
    assertThat(fit.joined().at1()).isEqualTo(1);
    assertThat(fit.first().at1()).isZero();
    assertThat(fit(CascadeFitter.defaults().withoutPlaces(), wrong).options().placeWeight())
        .isZero();
  }

  @Test
  void aFirstStudentThatMisleadsIsNeverSure() {
    CascadeFit fit =
        fit(CascadeFitter.defaults().withoutPlaces(), new double[][] {{-1, 1}, {-1, 2}});

    assertThat(fit.options().temperature()).isCloseTo(1e6, within(1e-3));
    assertThat(fit.joined().at1()).isEqualTo(1);
    assertThat(fit.options().sure()).isGreaterThan(.5);
  }

  @Test
  void whereNoThresholdsAreGivenTheRowsLeaveByTenths() {
    double[][] margins = new double[20][];
    for (int i = 0; i < margins.length; i++) {
      margins[i] = new double[] {(i + 1) / 4.0, 1};
    }

    CascadeFit fit = exit(PLAIN.withSures(), margins);

    assertThat(fit.exits())
        .extracting(CascadeFit.Exit::share)
        .containsExactly(1.0, .9, .8, .7, .6, .5, .4, .3, .2, .1, 0.0);
    // the third margin is .75, and 1 / (1 + exp(-.75)) is .67918
    assertThat(fit.exits().get(1).sure()).isEqualTo(.6791);
    assertThat(fit.options().sure()).isZero();
  }

  @Test
  void figuresAreThoseOfTheCascadeThatWasFitted() {
    Random random = new Random(7);
    List<LabelledMention> rows = new ArrayList<>();
    List<CandidateList> requests = new ArrayList<>();
    for (int row = 0; row < 200; row++) {
      List<Entity> entities = new ArrayList<>();
      for (int i = 0; i < row % 12; i++) {
        entities.add(Entity.of("e" + i, "entity " + i));
      }
      Collections.shuffle(entities, random);
      rows.add(LabelledMention.of("mention " + row, "e" + random.nextInt(12)));
      requests.add(CandidateList.of(rows.get(row).mention(), entities));
    }
    Noisy first = new Noisy(1, .1, rows);
    Noisy second = new Noisy(2, 2, rows);

    CascadeFit fit =
        CascadeFitter.defaults().withAllowedLoss(.02).fit(rows, requests, first, second);

    assertThat(first.calls + second.calls).isEqualTo(2);
    CascadeStudent cascade = CascadeStudent.of(first, second, fit.options());
    assertThat(summary(rows, cascade.rerankAll(requests))).isEqualTo(fit.joined());
    assertThat(1 - cascade.askedShare()).isCloseTo(fit.exitShare(), within(1e-12));
    assertThat(summary(rows, first.rerankAll(requests))).isEqualTo(fit.first());
    assertThat(summary(rows, second.rerankAll(requests))).isEqualTo(fit.second());
    for (CascadeFit.Exit exit : fit.exits()) {
      CascadeStudent other = cascade.with(fit.options().withSure(exit.sure()));
      assertThat(summary(rows, other.rerankAll(requests))).isEqualTo(exit.joined());
    }
    assertThat(fit.withoutCandidates()).isEqualTo(17);
    assertThat(fit.exits().get(fit.exits().size() - 1).joined().at1())
        .isGreaterThanOrEqualTo(fit.first().at1());
    assertThat(CascadeFitter.defaults().withAllowedLoss(.02).fit(rows, requests, first, second))
        .isEqualTo(fit);
  }

  @Test
  void whatWasFoundIsTold() {
    CascadeFit fit = exit(PLAIN, HAND);

    assertThat(fit.summary())
        .startsWith("temperature 1.0, weight 1.0, place weight 0.0, sure 0.7 fitted on 4 rows:")
        .contains("there 0.7500 / 1.0000 (first alone 0.5000 / 1.0000")
        .contains("0.8: 0.2500, 0.0000, 0.7500 / 1.0000; 1.0: 0.0000, 0.0000, 0.7500 / 1.0000");
    assertThat(fit.provenance().facts())
        .containsEntry("rows", "4")
        .containsEntry("acc", "0.7500 / 1.0000")
        .containsEntry("exit.0.6", "share 1.0000, changed 0.2500, acc 0.5000 / 1.0000");
  }

  @Test
  void rowsThatCannotBeFittedOnAreRefused() {
    CascadeFitter fitter = PLAIN;
    Ranking cough = ranking(0, 1);
    Gold gold = Gold.of("right");
    CandidateList none = new CandidateList(Mention.of("row 0"), List.of());
    Ranking empty = Ranking.byScore(none, new double[0]);
    Ranking turned =
        Ranking.byScore(
            CandidateList.of(Mention.of("row 0"), List.of(TWO.get(1), TWO.get(0))),
            new double[] {1, 0});

    assertThatIllegalArgumentException()
        .isThrownBy(() -> fitter.fit(List.of(), List.of(), List.of()))
        .withMessageContaining("there are no rows with gold");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> fitter.fit(List.of(gold), List.of(cough), List.of()))
        .withMessage("0 rankings of the second student for 1 rows with gold; one a row is needed");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> fitter.fit(List.of(gold), List.of(empty), List.of(empty)))
        .withMessageContaining("none of the 1 rows has a candidate");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> fitter.fit(List.of(gold), List.of(cough), List.of(turned)))
        .withMessageContaining("[right, wrong] of 'row 0' and the second [wrong, right]");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                fitter.fit(
                    List.of(LabelledMention.of("another", "right")),
                    List.of(cough.request()),
                    new Noisy(1, 1, List.of()),
                    new Noisy(1, 1, List.of())))
        .withMessage("row 1 is 'another', but its candidates are of 'row 0'");
  }

  @Test
  void scoresThatAreNoNumbersAreNamed() {
    CascadeOptions join = EQUAL.withTemperature(.01);
    Ranking endless = ranking(0, 1e308);
    List<Gold> gold = List.of(Gold.of("right"));

    assertThatThrownBy(() -> PLAIN.fitExit(join, gold, List.of(endless), List.of(ranking(0, 1))))
        .isInstanceOf(ArithmeticException.class)
        .hasMessage("the score 1.0E308 divided by the temperature 0.01 is no finite number");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ranking(0, Double.NaN))
        .withMessage("the score of candidate 'right' must be finite, not NaN");
    Ranking cut = new Ranking(endless.request(), List.of(), endless.outcome());
    assertThatThrownBy(() -> PLAIN.fit(gold, List.of(cut), List.of(ranking(0, 1))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("left out 'right' of 'row 0'");
  }

  @Test
  void settingsOutOfRangeAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PLAIN.withSures(.5, 2.0))
        .withMessageStartingWith("sure must be a finite number 0 to 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PLAIN.withAllowedLoss(-.1))
        .withMessage("allowedLoss must be 0 to 1, not -0.1");
  }

  /** On rows of two candidates, the right one first in the request. */
  private static CascadeFit fit(CascadeFitter fitter, double[][] margins) {
    return fitter.fit(gold(margins), rankings(margins, 0), rankings(margins, 1));
  }

  private static CascadeFit exit(CascadeFitter fitter, double[][] margins) {
    return fitter.fitExit(EQUAL, gold(margins), rankings(margins, 0), rankings(margins, 1));
  }

  private static List<Gold> gold(double[][] margins) {
    return Collections.nCopies(margins.length, Gold.of("right"));
  }

  private static List<Ranking> rankings(double[][] margins, int student) {
    return IntStream.range(0, margins.length)
        .mapToObj(row -> ranking(row, margins[row][student]))
        .toList();
  }

  private static Ranking ranking(int row, double margin) {
    return Ranking.byScore(
        CandidateList.of(Mention.of("row " + row), TWO), new double[] {margin, 0});
  }

  private static RankSummary summary(List<LabelledMention> rows, List<Ranking> rankings) {
    int[] ranks = new int[rows.size()];
    for (int i = 0; i < ranks.length; i++) {
      ranks[i] = rows.get(i).gold().rankIn(rankings.get(i).ids());
    }
    return RankSummary.of(ranks);
  }

  /** The right one scores higher in the mean; scores are rounded, so that ties occur. */
  private static final class Noisy implements StudentReranker {
    private final int seed;
    private final double scale;
    private final List<LabelledMention> rows;
    private int calls;

    Noisy(int seed, double scale, List<LabelledMention> rows) {
      this.seed = seed;
      this.scale = scale;
      this.rows = rows;
    }

    @Override
    public Ranking rerank(CandidateList request) {
      Random random = new Random(31L * request.mention().text().hashCode() + seed);
      Gold gold =
          rows.stream()
              .filter(row -> row.mention().equals(request.mention()))
              .findFirst()
              .orElseThrow()
              .gold();
      double[] scores = new double[request.size()];
      for (int i = 0; i < scores.length; i++) {
        double right = gold.ids().contains(request.entity(i).id()) ? 1.5 : 0;
        scores[i] = scale * Math.round(2 * (right + random.nextGaussian())) / 2;
      }
      return Ranking.byScore(request, scores);
    }

    @Override
    public List<Ranking> rerankAll(List<CandidateList> requests) {
      calls++;
      return requests.stream().map(this::rerank).toList();
    }

    @Override
    public Provenance provenance() {
      return Provenance.none();
    }

    @Override
    public void close() {}
  }

  /** Ranks row by row as the margins say. */
  private record Margins(double[][] margins, int student) implements StudentReranker {
    @Override
    public Ranking rerank(CandidateList request) {
      int row = Integer.parseInt(request.mention().text().substring("row ".length()));
      return ranking(row, margins[row][student]);
    }

    @Override
    public Provenance provenance() {
      return Provenance.none();
    }

    @Override
    public void close() {}
  }
}
