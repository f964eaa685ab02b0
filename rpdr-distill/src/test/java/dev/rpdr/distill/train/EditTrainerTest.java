package dev.rpdr.distill.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.rpdr.CandidateList;
import dev.rpdr.Entity;
import dev.rpdr.Mention;
import dev.rpdr.Ranking;
import dev.rpdr.TrainingExample;
import dev.rpdr.TrainingSet;
import dev.rpdr.distill.EditFeatures;
import dev.rpdr.distill.EditStudent;
import dev.rpdr.retriever.TextAnalysis;
import java.util.List;
import org.junit.jupiter.api.Test;

class EditTrainerTest {
  private static final EditTrainer TRAINER =
      EditTrainer.of(TextAnalysis.word()).withLeastCount(1).withRidge(1e-3);

  /** A name may leave out the side of the body, and must not add that it is congenital. */
  private static final TrainingSet SIDES =
      taught(
          ranking("left knee pain", "Knee pain", "Congenital knee pain", "Left hand"),
          ranking("right hip fracture", "Hip fracture", "Congenital hip fracture", "Right hand"),
          ranking("left eye ulcer", "Eye ulcer", "Congenital eye ulcer", "Left hand"));

  @Test
  void whatMayBeLeftOutAndWhatMustNotBeAddedIsLearntForOtherWords() {
    EditStudent student = TRAINER.train(SIDES);

    Ranking ranking =
        student.rerank(
            request(
                "right wrist sprain", "Congenital wrist sprain", "Right sprain", "Wrist sprain"));

    assertThat(ranking.best()).map(Entity::name).contains("Wrist sprain");
    assertThat(student.weight("+congenital")).isNegative();
    assertThat(student.weight("-left")).isPositive();
    assertThat(student.weight("=never")).isZero();
  }

  @Test
  void theSameRankingsGiveTheSameStudent() {
    EditStudent one = TRAINER.train(SIDES);
    EditStudent other = TRAINER.train(SIDES);

    for (String edit : List.of("+congenital", "-left", EditFeatures.SHARE_OF_NAME)) {
      assertThat(one.weight(edit)).isEqualTo(other.weight(edit));
    }
  }

  /** Two candidates, one feature each way: ln(p / (1 - p)) at the best weights without a ridge. */
  @Test
  void aDistributionIsLearntAsSuch() {
    CandidateList request = request("pain", "acute", "chronic");
    TrainingSet soft =
        TrainingSet.ofExamples(
            List.of(TrainingExample.soft(request, new double[] {.8, .2})), "students");

    EditStudent student = TRAINER.withRidge(1e-9).train(soft);

    Ranking ranking = student.rerank(request);
    double margin = ranking.candidates().get(0).score() - ranking.candidates().get(1).score();
    assertThat(ranking.best()).map(Entity::name).contains("acute");
    assertThat(margin).isCloseTo(Math.log(4), within(1e-2));
  }

  @Test
  void weightsOfExamplesCount() {
    CandidateList request = request("pain", "acute", "chronic");
    TrainingExample one = TrainingExample.of(Ranking.byScore(request, new double[] {1, 0}));
    TrainingExample other =
        TrainingExample.of(Ranking.byScore(request, new double[] {0, 1})).withWeight(.25);

    EditStudent student =
        TRAINER.withRidge(1e-9).train(TrainingSet.ofExamples(List.of(one, other), "teachers"));

    Ranking ranking = student.rerank(request);
    double margin = ranking.candidates().get(0).score() - ranking.candidates().get(1).score();
    assertThat(margin).isCloseTo(Math.log(4), within(1e-2));
  }

  @Test
  void theSlopeIsThatOfTheLoss() {
    EditTrainer.Loss loss = TRAINER.withSecondPlaceWeight(.7).loss(SIDES);
    double[] point = new double[loss.size()];
    for (int i = 0; i < point.length; i++) {
      point[i] = Math.sin(i);
    }
    double[] slope = new double[point.length];
    loss.at(point, slope);

    for (int i = 0; i < point.length; i++) {
      double[] scratch = new double[point.length];
      double[] up = point.clone();
      double[] down = point.clone();
      up[i] += 1e-5;
      down[i] -= 1e-5;
      double measured = (loss.at(up, scratch) - loss.at(down, scratch)) / 2e-5;
      assertThat(slope[i]).as("feature %d", i).isCloseTo(measured, within(1e-6));
    }
  }

  @Test
  void rareEditsAreNotLearnt() {
    EditStudent student = EditTrainer.of(TextAnalysis.word()).withLeastCount(3).train(SIDES);

    assertThat(student.weight("+congenital")).isNegative();
    assertThat(student.weight("+right")).isZero();
  }

  @Test
  void whatCannotBeIsNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TRAINER.train(taught(ranking("alone", "Only one"))))
        .withMessage("none of the 1 rankings chooses from two candidates or more");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TRAINER.withRidge(0))
        .withMessageContaining("ridge must be above 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TRAINER.withSecondPlaceWeight(-1))
        .withMessage("secondPlaceWeight must be a finite number >= 0, not -1.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TRAINER.withLeastCount(0))
        .withMessage("leastCount must be >= 1, not 0");
  }

  private static TrainingSet taught(Ranking... rankings) {
    return TrainingSet.of(List.of(rankings), "the teacher of this test");
  }

  /** A ranking in the order of the names. */
  private static Ranking ranking(String mention, String... names) {
    CandidateList request = request(mention, names);
    double[] scores = new double[names.length];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = -i;
    }
    return Ranking.byScore(request, scores);
  }

  private static CandidateList request(String mention, String... names) {
    return CandidateList.of(
        Mention.of(mention), List.of(names).stream().map(name -> Entity.of(name, name)).toList());
  }
}
