package dev.rpdr.distill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rpdr.CandidateList;
import dev.rpdr.Entity;
import dev.rpdr.LabelledMention;
import dev.rpdr.Provenance;
import dev.rpdr.RankSummary;
import dev.rpdr.Ranking;
import dev.rpdr.StudentReranker;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleBiFunction;
import org.junit.jupiter.api.Test;

class FusionFitterTest {
  private static final Entity RIGHT = Entity.of("right", "Cough");
  private static final Entity WRONG = Entity.of("wrong", "Fever");

  /** Scores by mention and candidate. */
  private record Fixed(ToDoubleBiFunction<String, String> score) implements StudentReranker {
    @Override
    public Ranking rerank(CandidateList request) {
      return Ranking.byScore(
          request,
          request.ids().stream()
              .mapToDouble(id -> score.applyAsDouble(request.mention().text(), id))
              .toArray());
    }

    @Override
    public Provenance provenance() {
      return Provenance.none();
    }

    @Override
    public void close() {}
  }

  /**
   * Rows of two candidates of which one student puts the right one a point higher in three of four.
   * The right one stands first in every second row of either sort, so that places tell nothing.
   */
  private static List<CandidateList> threeOfFour(List<LabelledMention> rows) {
    List<CandidateList> requests = new ArrayList<>();
    for (int i = 0; i < 80; i++) {
      LabelledMention row = LabelledMention.of(i % 4 == 3 ? "hard " + i : "easy " + i, "right");
      rows.add(row);
      List<Entity> order = i / 4 % 2 == 0 ? List.of(RIGHT, WRONG) : List.of(WRONG, RIGHT);
      requests.add(CandidateList.of(row.mention(), order));
    }
    return requests;
  }

  private static final StudentReranker ONE =
      new Fixed((mention, id) -> id.equals("right") == mention.startsWith("easy") ? 1 : 0);

  @Test
  void whatItRanksIsWhatTheFusedStudentRanks() {
    List<LabelledMention> rows = new ArrayList<>();
    List<CandidateList> requests = threeOfFour(rows);

    FusionFitter.Fit fit = FusionFitter.fit(rows, requests, List.of(ONE));

    assertThat(fit.rankings())
        .isEqualTo(FusedStudent.of(List.of(ONE), fit.fusion()).rerankAll(requests));
  }

  @Test
  void withoutPlacesAnOrderThatTellsEverythingCountsForNothing() {
    List<LabelledMention> rows = new ArrayList<>();
    threeOfFour(rows);
    List<CandidateList> rightFirst =
        rows.stream().map(row -> CandidateList.of(row.mention(), List.of(RIGHT, WRONG))).toList();

    FusionFitter.Fit with = FusionFitter.fit(rows, rightFirst, List.of(ONE));
    FusionFitter.Fit without = FusionFitter.fitWithoutPlaces(rows, rightFirst, List.of(ONE));

    assertThat(with.fusion().placeWeight()).isPositive();
    assertThat(with.fused().at1()).isOne();
    assertThat(without.fusion().placeWeight()).isZero();
    assertThat(without.fusion().weights().get(0)).isCloseTo(Math.log(3), within(.02));
    assertThat(without.fused().at1()).isEqualTo(.75);
  }

  @Test
  void theWeightIsThatOfLogisticRegression() {
    // right with odds of 3 to 1 where a point apart: ln 3
    List<LabelledMention> rows = new ArrayList<>();
    List<CandidateList> requests = threeOfFour(rows);

    FusionFitter.Fit fit = FusionFitter.fit(rows, requests, List.of(ONE));

    assertThat(fit.fusion().weights().get(0)).isCloseTo(Math.log(3), within(.02));
    assertThat(fit.fusion().placeWeight()).isCloseTo(0, within(1e-6));
    assertThat(fit.taught()).isEqualTo(80);
    assertThat(fit.fused()).isEqualTo(new RankSummary(80, .75, 1, .875));
    assertThat(fit.students()).containsExactly(fit.fused());
    assertThat(fit.summary()).contains("fitted on 80 rows (80 with a right candidate)");
  }

  @Test
  void theScaleOfAStudentIsTakenUpByItsWeight() {
    List<LabelledMention> rows = new ArrayList<>();
    List<CandidateList> requests = threeOfFour(rows);
    StudentReranker thousandfold =
        new Fixed(
            (mention, id) -> 1000 * (id.equals("right") == mention.startsWith("easy") ? 1 : 0));

    FusionFitter.Fit fit = FusionFitter.fit(rows, requests, List.of(thousandfold));

    assertThat(fit.fusion().weights().get(0)).isCloseTo(Math.log(3) / 1000, within(2e-5));
  }

  @Test
  void studentsThatErrOnDifferentRowsAreBetterTogether() {
    Random random = new Random(5);
    List<LabelledMention> rows = new ArrayList<>();
    List<CandidateList> requests = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      LabelledMention row = LabelledMention.of("mention " + i, "e" + random.nextInt(6));
      List<Entity> entities = new ArrayList<>();
      for (int e = 0; e < 5; e++) {
        entities.add(Entity.of("e" + e, "entity " + e));
      }
      rows.add(row);
      requests.add(CandidateList.of(row.mention(), entities));
    }
    List<StudentReranker> students =
        List.of(noisy(rows, 1, 1), noisy(rows, 2, 1), noisy(rows, 3, 0));

    FusionFitter.Fit fit = FusionFitter.fit(rows, requests, students);

    assertThat(fit.fused().at1())
        .isGreaterThan(fit.students().stream().mapToDouble(RankSummary::at1).max().orElseThrow());
    // the third knows nothing
    assertThat(fit.fusion().weights().get(2)).isCloseTo(0, within(.25));
    assertThat(fit.fusion().weights().get(0)).isGreaterThan(.6);
    assertThat(fit.taught()).isLessThan(300);
    assertThat(FusionFitter.fit(rows, requests, students)).isEqualTo(fit);
    FusedStudent fused = FusedStudent.of(students, fit.fusion());
    int[] ranks = new int[rows.size()];
    for (int i = 0; i < ranks.length; i++) {
      ranks[i] = rows.get(i).gold().rankIn(fused.rerank(requests.get(i)).ids());
    }
    assertThat(RankSummary.of(ranks)).isEqualTo(fit.fused());
  }

  @Test
  void whatCannotBeFittedIsNamed() {
    List<LabelledMention> rows = List.of(LabelledMention.of("cough", "right"));
    List<CandidateList> none = List.of(CandidateList.of(rows.get(0).mention(), List.of(WRONG)));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> FusionFitter.fit(rows, List.of(), List.of(ONE)))
        .withMessage("1 rows with gold, but 0 candidate lists");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FusionFitter.fit(rows, none, List.of()))
        .withMessage("there is no student to give a weight to");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FusionFitter.fit(rows, none, List.of(ONE)))
        .withMessageContaining("none of the 1 rows has a right candidate");
  }

  @Test
  void aSystemWithoutASolutionIsRefused() {
    assertThat(LinearSystem.solve(new double[][] {{4, 2}, {2, 3}}, new double[] {10, 9}))
        .containsExactly(new double[] {1.5, 2}, within(1e-12));
    assertThatThrownBy(
            () -> LinearSystem.solve(new double[][] {{1, 1}, {1, 1}}, new double[] {1, 1}))
        .isInstanceOf(ArithmeticException.class)
        .hasMessage("the matrix is not positive definite");
  }

  /** The right one is higher by a gain, in the mean. */
  private static StudentReranker noisy(List<LabelledMention> rows, int seed, double gain) {
    return new Fixed(
        (mention, id) -> {
          Random random = new Random(31L * (mention + id).hashCode() + seed);
          random.nextGaussian();
          boolean right =
              rows.stream()
                  .anyMatch(
                      row -> row.mention().text().equals(mention) && row.gold().ids().contains(id));
          return random.nextGaussian() + (right ? gain : 0);
        });
  }
}
