package dev.rpdr.distill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rpdr.CandidateList;
import dev.rpdr.DataFormatException;
import dev.rpdr.Entity;
import dev.rpdr.LabelledMention;
import dev.rpdr.Mention;
import dev.rpdr.Ranking;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CalibrationTest {
  @TempDir Path folder;

  @Test
  void neighboursThatFallArePooled() {
    Calibration calibration =
        Calibration.fit(
            List.of(ranking(1), ranking(2), ranking(3), ranking(4)),
            List.of(false, true, false, true));

    // the second and third are pooled to one half, at their mean margin
    assertThat(calibration.probability(ranking(1))).isZero();
    assertThat(calibration.probability(ranking(2.5))).isCloseTo(.5, within(1e-12));
    assertThat(calibration.probability(ranking(1.75))).isCloseTo(.25, within(1e-12));
    assertThat(calibration.probability(ranking(4))).isEqualTo(1);
    assertThat(calibration.probability(ranking(99))).isEqualTo(1);
    assertThat(calibration.probability(ranking(0))).isZero();
  }

  @Test
  void probabilitiesAreTheShareThatIsRight() {
    Random random = new Random(5);
    List<Ranking> rankings = new ArrayList<>();
    List<Boolean> right = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      double margin = random.nextDouble();
      rankings.add(ranking(margin));
      right.add(random.nextDouble() < .2 + .7 * margin);
    }

    Calibration calibration = Calibration.fit(rankings, right);

    // at either end of what was seen few points decide
    for (double margin : new double[] {.1, .2, .3, .4, .5, .6, .7, .8, .9}) {
      assertThat(calibration.probability(ranking(margin))).isCloseTo(.2 + .7 * margin, within(.05));
    }
  }

  @Test
  void goldSaysWhichRankingsAreRight() {
    List<Ranking> rankings = List.of(ranking(1), ranking(3));
    List<LabelledMention> rows =
        List.of(LabelledMention.of("an itch", "3"), LabelledMention.of("a cough", "1"));

    Calibration calibration = Calibration.fitByGold(rows, rankings);

    assertThat(calibration.probability(ranking(1))).isZero();
    assertThat(calibration.probability(ranking(3))).isOne();
    assertThatThrownBy(() -> Calibration.fitByGold(rows, List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("2 rows with gold, but 0 rankings");
  }

  @Test
  void anEmptyRankingIsNeverRightAndALoneCandidateHasNoRival() {
    Calibration calibration =
        Calibration.fit(List.of(ranking(1), ranking(2)), List.of(false, true));
    CandidateList none = new CandidateList(Mention.of("cough"), List.of());
    CandidateList one = CandidateList.of(Mention.of("cough"), List.of(Entity.of("1", "Cough")));

    assertThat(calibration.probability(Ranking.byScore(none, new double[0]))).isZero();
    assertThat(calibration.probability(Ranking.byScore(one, new double[] {3}))).isEqualTo(1);
  }

  @Test
  void itIsKeptInAFile() {
    Calibration calibration =
        Calibration.fit(List.of(ranking(1), ranking(2)), List.of(false, true));
    Path file = folder.resolve("calibration.json");

    calibration.write(file);

    assertThat(Calibration.read(file).probability(ranking(1.5)))
        .isEqualTo(calibration.probability(ranking(1.5)));
  }

  @Test
  void aFileThatHoldsNoneIsNamed() throws IOException {
    Path file = folder.resolve("calibration.json");
    Files.writeString(file, "{\"margins\": [1, 2], \"probabilities\": [0.9, 0.1]}");

    assertThatThrownBy(() -> Calibration.read(file))
        .isInstanceOf(DataFormatException.class)
        .hasMessageContaining("calibration.json")
        .hasMessageContaining("never fall, but entry 1");
  }

  @Test
  void nothingToFitOnIsRefused() {
    assertThatThrownBy(() -> Calibration.fit(List.of(), List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no ranking");
    assertThatThrownBy(() -> Calibration.fit(List.of(ranking(1)), List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("1 rankings, but 0 judgements");
  }

  static Ranking ranking(double margin) {
    CandidateList request =
        CandidateList.of(
            Mention.of("margin " + margin),
            List.of(Entity.of("1", "Cough"), Entity.of("2", "Fever"), Entity.of("3", "Itch")));
    return Ranking.byScore(request, new double[] {margin, 0, -1});
  }
}
