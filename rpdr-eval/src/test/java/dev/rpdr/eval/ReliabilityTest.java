package dev.rpdr.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rpdr.Dataset;
import dev.rpdr.Evaluation;
import dev.rpdr.LabelledMention;
import dev.rpdr.Provenance;
import dev.rpdr.Ranking;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReliabilityTest {
  @TempDir private Path folder;

  /** One mention a confidence; it is right where its number is above zero. */
  private static Evaluation evaluation(double... signed) {
    List<LabelledMention> mentions = new ArrayList<>();
    List<Ranking> rankings = new ArrayList<>();
    for (double confidence : signed) {
      String text = "m" + mentions.size();
      mentions.add(LabelledMention.of(text, "gold"));
      rankings.add(
          Samples.ranking(text, confidence > 0 ? "gold" : "other")
              .withConfidence(Math.abs(confidence)));
    }
    return AccuracyEvaluator.builder().build().evaluate(new Dataset("d", mentions), rankings);
  }

  @Test
  void confidenceIsComparedWithWhatIsRight() {
    Reliability found = Reliability.of(evaluation(.92, .94, -.96, .45, -.41)).orElseThrow();

    // Bins: three of mean .94 of which two are right, two of mean .43 of which one is.
    assertThat(found.calibrationError())
        .isCloseTo((2.82 - 2 + Math.abs(.86 - 1)) / 5, within(1e-12));
    double squares = .08 * .08 + .06 * .06 + .96 * .96 + .55 * .55 + .41 * .41;
    assertThat(found.brier()).isCloseTo(squares / 5, within(1e-12));
    // Of 3 · 2 pairs the right one is surer in (.92, .41), (.94, .41) and (.45, .41).
    assertThat(found.discrimination()).isCloseTo(.5, within(1e-12));
    assertThat(found.accuracyOfSurest(100)).isCloseTo(.6, within(1e-12));
    assertThat(found.accuracyOfSurest(60)).isCloseTo(2 / 3., within(1e-12));
    assertThatThrownBy(() -> found.accuracyOfSurest(7))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("7 is not one of [50, 60, 70, 80, 90, 100]");
  }

  @Test
  void equallySureOnesCountByTheirShare() {
    Reliability found = Reliability.of(evaluation(.8, .8, -.8, -.8)).orElseThrow();

    assertThat(found.discrimination()).isEqualTo(.5);
    assertThat(found.accuracyOfSurest(50)).isEqualTo(.5);
    assertThat(Reliability.of(evaluation(1, 1)).orElseThrow())
        .returns(0., Reliability::calibrationError)
        .returns(.5, Reliability::discrimination);
  }

  @Test
  void withoutConfidencesThereIsNone() {
    Evaluation plain = Samples.evaluation(AccuracyEvaluator.builder().build(), 1, 2);
    assertThat(Reliability.of(plain)).isEmpty();
  }

  @Test
  void reportsTellIt() {
    Report report =
        Report.builder("sure")
            .add(
                SystemResult.of(
                    "s", Protocol.LABELS_ONLY, "d", evaluation(.9, -.2), 1, Provenance.none()))
            .add(Samples.system("silent", 1))
            .build();

    report.writeJson(folder.resolve("report.json"));
    assertThat(ReportSummary.read(folder.resolve("report.json"))).isEqualTo(report.summary());
    assertThat(report.markdown())
        .contains(
            "| system | split | ECE | Brier | AUROC | surest 100 % | surest 90 % |",
            "| s | d | .150 | .025 | 1.000 | .5000 | .5556 |");
    assertThat(report.summary().system("silent").reliability()).isNull();
  }
}
