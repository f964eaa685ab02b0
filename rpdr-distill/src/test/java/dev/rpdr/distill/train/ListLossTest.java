package dev.rpdr.distill.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import dev.rpdr.nn.OfflineDjl;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ListLossTest {
  private static final int[] ORDER = {0, 1, 2, 3};

  @BeforeAll
  static void offline() {
    OfflineDjl.ensure();
  }

  static Stream<ListLoss> losses() {
    return Stream.of(
        ListLoss.listMle(1),
        ListLoss.listMle(3),
        ListLoss.listNet(1),
        ListLoss.listNet(.5),
        ListLoss.rankNet(),
        ListLoss.lambdaRank(),
        ListLoss.adrMse(1),
        ListLoss.softmax(0),
        ListLoss.softmax(.3),
        ListLoss.kullbackLeibler(1),
        ListLoss.listMle(3).smoothed(.1),
        ListLoss.softmax(.3).smoothed(.2));
  }

  @Test
  void listMleOfTwoCandidatesIsTheLogisticLossOfTheirDifference() {
    assertThat(value(ListLoss.listMle(3), new int[] {0, 1}, 1.5f, .25f))
        .isCloseTo(Math.log(1 + Math.exp(.25 - 1.5)), within(1e-6));
  }

  @Test
  void listMleOfEqualScoresIsTheLogarithmOfTheNumberOfDraws() {
    // The chance of the first three of four is 1/4 * 1/3 * 1/2.
    assertThat(value(ListLoss.listMle(3), ORDER, 2, 2, 2, 2))
        .isCloseTo(Math.log(4 * 3 * 2), within(1e-5));
    assertThat(value(ListLoss.listMle(1), ORDER, 2, 2, 2, 2)).isCloseTo(Math.log(4), within(1e-5));
  }

  @Test
  void listMleEndsWhereTheTeacherTies() {
    assertThat(value(ListLoss.listMle(3), new int[] {0, 1, 1}, 0, 0, 0))
        .isCloseTo(Math.log(3), within(1e-5));
    assertThat(value(ListLoss.listMle(3), new int[] {0, 0, 0}, 3, 1, 2)).isZero();
  }

  @Test
  void listNetIsTheDivergenceFromTheTeachersTopOneProbabilities() {
    double first = 1 / (1 + Math.exp(-1));
    double divergence = first * Math.log(2 * first) + (1 - first) * Math.log(2 * (1 - first));

    assertThat(value(ListLoss.listNet(1), new int[] {0, 1}, 7, 7))
        .isCloseTo(divergence, within(1e-6));
    assertThat(value(ListLoss.listNet(.5), ORDER, 6, 4, 2, 0)).isCloseTo(0, within(1e-6));
  }

  @Test
  void rankNetIsTheMeanLogisticLossOfTheTeachersPairs() {
    assertThat(value(ListLoss.rankNet(), ORDER, 1, 1, 1, 1)).isCloseTo(Math.log(2), within(1e-6));
    // Pairs: 0 before 1 and 2, which tie.
    double expected = (Math.log(1 + Math.exp(-2)) + Math.log(1 + Math.exp(1))) / 2;
    assertThat(value(ListLoss.rankNet(), new int[] {0, 1, 1}, 2, 0, 3))
        .isCloseTo(expected, within(1e-6));
  }

  @Test
  void lambdaRankWeighsAPairByWhatTradingRanksWouldCost() {
    // Scores put the second first: ranks 2, 1, 3; gains 1, 1/2, 1/3.
    double second = Math.log(2) / Math.log(3);
    double third = .5;
    double ideal = 1 + .5 * second + third / 3;
    double expected =
        (.5 * (1 - second) * Math.log(1 + Math.exp(1))
                + (1 - 1 / 3.0) * (second - third) * Math.log(1 + Math.exp(-1))
                + (.5 - 1 / 3.0) * (1 - third) * Math.log(1 + Math.exp(-2)))
            / ideal;

    assertThat(value(ListLoss.lambdaRank(), new int[] {0, 1, 2}, 1, 2, 0))
        .isCloseTo(expected, within(1e-6));
  }

  @Test
  void adrMseIsTheDiscountedSquaredDifferenceOfRanks() {
    // Two equal scores: both at rank 1.5 for the student.
    double expected = (.25 + .25 * Math.log(2) / Math.log(3)) / 2;

    assertThat(value(ListLoss.adrMse(1), new int[] {0, 1}, 4, 4)).isCloseTo(expected, within(1e-6));
    assertThat(value(ListLoss.adrMse(1), new int[] {0, 0}, 4, 4)).isCloseTo(0, within(1e-6));
    assertThat(value(ListLoss.adrMse(.1), ORDER, 30, 20, 10, 0)).isCloseTo(0, within(1e-6));
  }

  @Test
  void softmaxIsTheCrossEntropyWithTheFirstPlace() {
    double all = Math.log(Math.exp(1) + Math.exp(2) + Math.exp(.5));

    assertThat(value(ListLoss.softmax(0), new int[] {0, 1, 2}, 1, 2, .5f))
        .isCloseTo(all - 1, within(1e-6));
    // With a second place of weight 1/3 the target is 3/4 and 1/4, whose entropy is taken off.
    double entropy = -(.75 * Math.log(.75) + .25 * Math.log(.25));
    assertThat(value(ListLoss.softmax(1 / 3.0), new int[] {0, 1, 2}, 1, 2, .5f))
        .isCloseTo(.75 * (all - 1) + .25 * (all - 2) - entropy, within(1e-6));
  }

  @Test
  void softmaxSharesAFirstPlaceThatTiesAndKnowsNoSecondThatTies() {
    double all = Math.log(Math.exp(1) + 1 + 1);

    assertThat(value(ListLoss.softmax(.3), new int[] {0, 0, 1}, 1, 0, 0))
        .isCloseTo(
            (all - 1) / 2.3 + all / 2.3 + .3 * all / 2.3 - entropy(1 / 2.3, 1 / 2.3, .3 / 2.3),
            within(1e-6));
    assertThat(value(ListLoss.softmax(.3), new int[] {0, 1, 1}, 1, 0, 0))
        .isCloseTo(all - 1, within(1e-6));
  }

  @Test
  void theDivergenceFromGivenProbabilitiesIsComputedByHand() {
    ListTargets votes = soft(1, .7, .2, .1);
    double all = Math.log(Math.exp(1) + 1 + Math.exp(-1));
    double expected =
        .7 * (Math.log(.7) - (1 - all))
            + .2 * (Math.log(.2) - (0 - all))
            + .1 * (Math.log(.1) - (-1 - all));

    assertThat(value(ListLoss.kullbackLeibler(1), votes, new float[] {1, 0, -1}))
        .isCloseTo(expected, within(1e-6));
    float[] same = {(float) Math.log(.7), (float) Math.log(.2), (float) Math.log(.1)};
    assertThat(value(ListLoss.kullbackLeibler(1), votes, same)).isCloseTo(0, within(1e-6));
    // p^2 / sum: .49, .04 and .01 of .54
    float[] sharper = {(float) Math.log(.49), (float) Math.log(.04), (float) Math.log(.01)};
    assertThat(value(ListLoss.kullbackLeibler(.5), votes, sharper)).isCloseTo(0, within(1e-6));
  }

  @Test
  void smoothingSpreadsAShareOfTheTargetEvenly() {
    double all = Math.log(Math.exp(1) + 1 + Math.exp(-1));
    double first = .9 + .1 / 3;
    double crossEntropy = first * (all - 1) + .1 / 3 * all + .1 / 3 * (all + 1);

    // but for the entropy of the even share, of weight .1
    assertThat(value(ListLoss.softmax(0).smoothed(.1), new int[] {0, 1, 2}, 1, 0, -1))
        .isCloseTo(crossEntropy - .1 * Math.log(3), within(1e-6));
    assertThat(ListLoss.rankNet().smoothed(0)).isEqualTo(ListLoss.rankNet());
    assertThatThrownBy(() -> ListLoss.rankNet().smoothed(1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("below 1, not 1.0");
    assertThatThrownBy(() -> ListLoss.rankNet().smoothed(.1).smoothed(.1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("smoothed already");
  }

  @ParameterizedTest
  @MethodSource("losses")
  void theLossOfAListIsMultipliedByItsWeight(ListLoss loss) {
    float[] scores = {.5f, -1, 2, 0};
    TrainingList light = new TrainingList("m", List.of("a", "b", "c", "d"), ORDER, .25, null);

    assertThat(value(loss, ListTargets.ofLists(List.of(light)), scores))
        .isCloseTo(.25 * value(loss, ORDER, scores), within(1e-6));
  }

  @ParameterizedTest
  @MethodSource("losses")
  void inABatchOfBothKindsSoftListsCostTheirDivergenceAndTheOthersTheLoss(ListLoss loss) {
    TrainingList order = new TrainingList("m", List.of("a", "b", "c"), new int[] {0, 1, 2});
    TrainingList votes =
        new TrainingList(
            "m", List.of("a", "b", "c"), new int[] {0, 1, 2}, .5, new double[] {.7, .2, .1});
    float[] scores = {1, 2, .5f};
    float[] both = {1, 2, .5f, 1, 2, .5f};

    double hard = taught(loss, List.of(order), scores);
    double divergence = taught(loss, List.of(votes), scores);

    assertThat(hard).isCloseTo(value(loss, new int[] {0, 1, 2}, scores), within(1e-6));
    if (!(loss instanceof Smoothed)) {
      assertThat(divergence)
          .isCloseTo(
              .5 * value(ListLoss.kullbackLeibler(1), soft(1, .7, .2, .1), scores), within(1e-6));
    }
    assertThat(taught(loss, List.of(order, votes), both))
        .isCloseTo((hard + divergence) / 2, within(1e-6));
  }

  @ParameterizedTest
  @MethodSource("losses")
  void addingANumberToAllScoresChangesNothing(ListLoss loss) {
    double before = value(loss, ORDER, .5f, -1, 2, 0);

    assertThat(value(loss, ORDER, 10.5f, 9, 12, 10)).isCloseTo(before, within(1e-5));
  }

  @ParameterizedTest
  @MethodSource("losses")
  void ofAllAssignmentsOfTheScoresTheTeachersOrderCostsLeast(ListLoss loss) {
    double best = value(loss, ORDER, 3, 1.5f, .5f, -1);

    for (float[] scores : permutations(new float[] {3, 1.5f, .5f, -1})) {
      assertThat(value(loss, ORDER, scores)).isGreaterThanOrEqualTo(best - 1e-6).isNotNegative();
    }
    assertThat(value(loss, ORDER, -1, .5f, 1.5f, 3)).isGreaterThan(best + .1);
  }

  @ParameterizedTest
  @MethodSource("losses")
  void theGradientIsWhatFiniteDifferencesGive(ListLoss loss) {
    Random random = new Random(7);
    for (int round = 0; round < 5; round++) {
      float[] scores = new float[4];
      for (int i = 0; i < scores.length; i++) {
        scores[i] = (float) random.nextGaussian();
      }

      float[] gradient = gradient(loss, ListTargets.of(List.of(ORDER)), scores);

      float step = 1e-2f;
      double sum = 0;
      for (int i = 0; i < scores.length; i++) {
        float[] up = scores.clone();
        float[] down = scores.clone();
        up[i] += step;
        down[i] -= step;
        double difference = (value(loss, ORDER, up) - value(loss, ORDER, down)) / (2 * step);
        assertThat((double) gradient[i]).isCloseTo(difference, within(2e-4));
        sum += gradient[i];
      }
      assertThat(sum).as("shift invariance").isCloseTo(0, within(1e-5));
    }
  }

  @ParameterizedTest
  @MethodSource("losses")
  void goingDownTheGradientFromEqualScoresLearnsTheOrder(ListLoss loss) {
    float[] scores = new float[4];
    ListTargets targets = ListTargets.of(List.of(ORDER));
    for (int step = 0; step < 200; step++) {
      float[] gradient = gradient(loss, targets, scores);
      for (int i = 0; i < scores.length; i++) {
        scores[i] -= gradient[i];
      }
    }

    ListLoss inner = loss instanceof Smoothed smoothed ? smoothed.loss() : loss;
    int decided =
        inner instanceof ListMle mle
            ? Math.min(mle.places(), 3)
            : inner instanceof FirstPlace first
                ? first.second() > 0 ? 2 : 1
                : inner instanceof KullbackLeibler ? 1 : 3;
    for (int i = 0; i < decided; i++) {
      for (int worse = i + 1; worse < 4; worse++) {
        assertThat(scores[i]).isGreaterThan(scores[worse]);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("losses")
  void aBatchOfListsOfUnequalLengthCostsTheMeanOfItsLists(ListLoss loss) {
    int[] shortOrder = {0, 1};
    double alone = value(loss, ORDER, .5f, -1, 2, 0);
    double shorter = value(loss, shortOrder, -.3f, .4f);

    ListTargets targets = ListTargets.of(List.of(ORDER, shortOrder));
    float[] scores = {.5f, -1, 2, 0, -.3f, .4f, 99, -99};

    assertThat(value(loss, targets, scores)).isCloseTo((alone + shorter) / 2, within(1e-5));
    float[] gradient = gradient(loss, targets, scores);
    assertThat(gradient[6]).as("gradient of an absent candidate").isZero();
    assertThat(gradient[7]).as("gradient of an absent candidate").isZero();
  }

  @ParameterizedTest
  @MethodSource("losses")
  void aLabelGivesTheSameLossAgain(ListLoss loss) {
    assertThat(ListLoss.of(loss.label())).isEqualTo(loss);
  }

  @Test
  void unknownLabelsAreRefusedWithTheKnownOnes() {
    assertThatThrownBy(() -> ListLoss.of("hinge"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("hinge")
        .hasMessageContaining("lambda-rank")
        .hasMessageContaining("softmax:SECOND")
        .hasMessageContaining("kl:TEMPERATURE")
        .hasMessageContaining("smoothed:SHARE:LOSS")
        .hasMessageContaining("adr-mse:TEMPERATURE")
        .hasMessageContaining("list-mle:PLACES")
        .hasMessageContaining("list-net:TEMPERATURE")
        .hasMessageContaining("rank-net");
    assertThatThrownBy(() -> ListLoss.of("list-mle:three"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("three");
    assertThatThrownBy(() -> ListLoss.of("list-mle:0"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(">= 1, not 0");
    assertThatThrownBy(() -> ListLoss.of("list-net:-1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("> 0, not -1.0");
  }

  @ParameterizedTest
  @MethodSource("losses")
  void scoresOfAnotherShapeAreRefused(ListLoss loss) {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray scores = manager.zeros(new Shape(1, 3));
      assertThatThrownBy(() -> loss.compute(scores, ListTargets.of(List.of(ORDER))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("(1, 3)")
          .hasMessageContaining("(1, 4)");
    }
  }

  private static double entropy(double... probabilities) {
    double entropy = 0;
    for (double p : probabilities) {
      entropy -= p * Math.log(p);
    }
    return entropy;
  }

  private static ListTargets soft(double weight, double... probabilities) {
    List<String> names = List.of("a", "b", "c", "d").subList(0, probabilities.length);
    int[] places = IntStream.range(0, probabilities.length).toArray();
    return ListTargets.ofLists(
        List.of(new TrainingList("m", names, places, weight, probabilities)));
  }

  private static double taught(ListLoss loss, List<TrainingList> lists, float... scores) {
    ListTargets targets = ListTargets.ofLists(lists);
    try (NDManager manager = NDManager.newBaseManager()) {
      return Losses.of(loss, manager.create(scores, shape(targets)), targets).getFloat();
    }
  }

  private static double value(ListLoss loss, int[] places, float... scores) {
    return value(loss, ListTargets.of(List.of(places)), scores);
  }

  private static double value(ListLoss loss, ListTargets targets, float[] scores) {
    try (NDManager manager = NDManager.newBaseManager()) {
      return loss.compute(manager.create(scores, shape(targets)), targets).getFloat();
    }
  }

  private static float[] gradient(ListLoss loss, ListTargets targets, float[] scores) {
    try (NDManager manager = NDManager.newBaseManager();
        GradientCollector collector = Engine.getInstance().newGradientCollector()) {
      NDArray array = manager.create(scores, shape(targets));
      array.setRequiresGradient(true);
      collector.backward(loss.compute(array, targets));
      return array.getGradient().toFloatArray();
    }
  }

  private static Shape shape(ListTargets targets) {
    return new Shape(targets.lists(), targets.width());
  }

  private static List<float[]> permutations(float[] values) {
    List<float[]> all = new ArrayList<>();
    permute(values, 0, all);
    return all;
  }

  private static void permute(float[] values, int from, List<float[]> all) {
    if (from == values.length) {
      all.add(values.clone());
    }
    for (int i = from; i < values.length; i++) {
      swap(values, from, i);
      permute(values, from + 1, all);
      swap(values, from, i);
    }
  }

  private static void swap(float[] values, int i, int j) {
    float kept = values[i];
    values[i] = values[j];
    values[j] = kept;
  }
}
