package dev.rpdr.distill.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rpdr.CandidateList;
import dev.rpdr.Entity;
import dev.rpdr.Mention;
import dev.rpdr.Outcome;
import dev.rpdr.ProgressListener;
import dev.rpdr.Ranking;
import dev.rpdr.StudentTrainer;
import dev.rpdr.TrainingExample;
import dev.rpdr.TrainingSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CrossFitTest {
  private static final Entity APPLE = Entity.of("A", "apple");
  private static final Entity BANANA = Entity.of("B", "banana");
  private static final Entity CHERRY = Entity.of("C", "cherry");

  /** Where the teacher calls an a-mention a banana. */
  private static final int WRONG = 3;

  @TempDir Path folder;
  private final CountingTrainer trainer = new CountingTrainer();

  /** Eight a-mentions (one of them ranked wrong) and eight b-mentions, one written twice. */
  private static TrainingSet set() {
    List<Ranking> rankings = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      rankings.add(ranking("a" + i, i == WRONG ? 1 : 0));
    }
    for (int i = 0; i < 8; i++) {
      rankings.add(ranking("b" + i, 1));
    }
    rankings.add(ranking(" B7", 1));
    return TrainingSet.of(rankings, "t");
  }

  private static Ranking ranking(String mention, int first) {
    CandidateList request = CandidateList.of(Mention.of(mention), List.of(APPLE, BANANA, CHERRY));
    return Ranking.byPlaces(request, List.of(first, 2), Outcome.ANSWERED);
  }

  private CrossFitted judged() {
    return CrossFit.of(4, 7).judge(set(), trainer, "counting", folder, ProgressListener.SILENT);
  }

  @Test
  void noStudentHasSeenTheMentionsThatItJudges() {
    judged();

    assertThat(trainer.taught).hasSize(4);
    assertThat(trainer.closed).isEqualTo(4);
    Set<String> heldOut = new HashSet<>();
    for (TrainingSet rest : trainer.taught) {
      Set<String> missing = mentions(set());
      missing.removeAll(mentions(rest));
      assertThat(missing).as("four different mentions are held out").hasSize(4);
      assertThat(heldOut).doesNotContainAnyElementsOf(missing);
      heldOut.addAll(missing);
    }
    assertThat(heldOut).isEqualTo(mentions(set()));
  }

  @Test
  void whatNoStudentBelievesHasALowAgreement() {
    CrossFitted fitted = judged();

    for (int i = 0; i < fitted.set().size(); i++) {
      double sum = 0;
      for (double p : fitted.distribution(i)) {
        sum += p;
      }
      assertThat(sum).isCloseTo(1, within(1e-9));
      if (i == WRONG) {
        assertThat(fitted.agreement(i)).isLessThan(.1);
        assertThat(fitted.distribution(i)[0]).isGreaterThan(.8);
      } else {
        assertThat(fitted.agreement(i)).as("ranking %d", i).isGreaterThan(.7);
      }
    }
    assertThat(fitted.threshold()).isBetween(.7, .98);
  }

  @Test
  void weightsAreTheAgreementAndNeverNothing() {
    CrossFitted fitted = judged();

    TrainingSet weighted = fitted.reweighted();

    assertThat(weighted.size()).isEqualTo(17);
    assertThat(weighted.examples().get(0).weight()).isEqualTo(fitted.agreement(0));
    assertThat(weighted.examples().get(WRONG).weight())
        .isEqualTo(Math.max(.01, fitted.agreement(WRONG)));
    assertThat(weighted.provenance().facts().get("noise.weighted")).startsWith("4 folds, seed 7");
    assertThat(weighted.provenance().facts().get("rankings.sha256"))
        .isNotEqualTo(set().provenance().facts().get("rankings.sha256"));
  }

  @Test
  void filteringLeavesOutWhatAnotherCandidateIsSurelyRightFor() {
    CrossFitted fitted = judged();

    TrainingSet kept = fitted.filtered();

    List<Ranking> expected = new ArrayList<>(set().rankings());
    expected.remove(WRONG);
    assertThat(kept.rankings()).isEqualTo(expected);
    assertThat(kept.provenance().facts().get("noise.filtered")).contains("1 left out");
    assertThat(fitted.filtered(.5).rankings()).isEqualTo(expected);
    assertThat(fitted.filtered(0).size()).isEqualTo(17);
    assertThatThrownBy(() -> fitted.filtered(1.5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0 to 1, not 1.5");
  }

  @Test
  void softeningMixesTheTeachersChoiceWithTheStudents() {
    CrossFitted fitted = judged();
    double student = fitted.distribution(WRONG)[0];

    TrainingExample soft = fitted.softened(.6).examples().get(WRONG);

    assertThat(soft.soft()).isTrue();
    assertThat(soft.ranking().ids()).startsWith("B", "A");
    assertThat(soft.ranking().candidates().get(0).score())
        .isCloseTo(.6 + .4 * fitted.agreement(WRONG), within(1e-9));
    assertThat(soft.ranking().candidates().get(1).score()).isCloseTo(.4 * student, within(1e-9));
    assertThat(fitted.softened(0).examples().get(WRONG).ranking().ids()).startsWith("A");
    TrainingExample again =
        CrossFitted.of(fitted.softened(.6), scores(17), 2, 1).softened(1).examples().get(WRONG);
    assertThat(again.ranking()).as("a soft teacher alone").isEqualTo(soft.ranking());
    assertThatThrownBy(() -> fitted.softened(-.1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0 to 1, not -0.1");
  }

  @Test
  void aCrashCostsOneFoldAndWhatIsKeptIsUsedForEqualInputsOnly() throws IOException {
    StudentTrainer crashes =
        (set, at, progress) -> {
          if (trainer.taught.size() == 2) {
            throw new IllegalStateException("power failure");
          }
          return trainer.train(set, at, progress);
        };
    CrossFit fit = CrossFit.of(4, 7);
    assertThatThrownBy(() -> fit.judge(set(), crashes, "counting", folder, ProgressListener.SILENT))
        .hasMessage("power failure");

    CrossFitted continued = judged();
    assertThat(trainer.taught).as("two folds before, two after").hasSize(4);
    CrossFitted again = judged();
    assertThat(trainer.taught).hasSize(4);
    for (int i = 0; i < 17; i++) {
      assertThat(again.distribution(i)).containsExactly(continued.distribution(i));
    }

    fit.judge(set(), trainer, "another", folder, ProgressListener.SILENT);
    assertThat(trainer.taught).as("another trainer").hasSize(8);
    TrainingSet heavier = set().weighted(.5);
    fit.judge(heavier, trainer, "another", folder, ProgressListener.SILENT);
    assertThat(trainer.taught).as("other weights").hasSize(12);
    Files.writeString(folder.resolve("fold-2.json"), "{\"inputs\": ");
    fit.judge(heavier, trainer, "another", folder, ProgressListener.SILENT);
    assertThat(trainer.taught).as("half a file").hasSize(13);
  }

  @Test
  void progressNamesTheFold() {
    List<String> stages = new ArrayList<>();

    CrossFit.of(2, 1)
        .judge(
            set(),
            trainer,
            "counting",
            folder,
            (stage, done, total, message) -> stages.add(stage + " " + message));

    assertThat(stages)
        .containsExactly("fold 1/2: train fold-1.student", "fold 2/2: train fold-2.student");
  }

  @Test
  void foldsThatCannotBeAreRefused() {
    assertThatThrownBy(() -> CrossFit.of(1, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("folds must be >= 2, not 1");
    assertThatThrownBy(
            () -> CrossFit.of(17, 0).judge(set(), trainer, "c", folder, ProgressListener.SILENT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("number of different mentions, 16, not 17");
  }

  @Test
  void theTemperatureMakesTheFirstChoicesMostLikely() {
    // Of ten lists with scores 2 and 0 the first is right in eight: ln 4 = 2 / T.
    List<double[]> scores = new ArrayList<>();
    List<Integer> chosen = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      scores.add(new double[] {2, 0});
      chosen.add(i < 8 ? 0 : 1);
    }

    assertThat(Probabilities.temperature(scores, chosen)).isCloseTo(2 / Math.log(4), within(1e-6));
  }

  private static List<double[]> scores(int count) {
    List<double[]> scores = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      scores.add(new double[] {0, 1, 2});
    }
    return scores;
  }

  private static Set<String> mentions(TrainingSet set) {
    Set<String> mentions = new HashSet<>();
    set.rankings()
        .forEach(one -> mentions.add(one.mention().text().strip().toLowerCase(Locale.ROOT)));
    return mentions;
  }
}
