package dev.rpdr.cli.experiment;

import static dev.rpdr.cli.experiment.SmallExperiment.ranked;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rpdr.eval.Report;
import dev.rpdr.eval.SystemResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CascadeFitFileTest {
  private static final String GOOD =
      """
      name: small
      protocol: LABELS_ONLY
      k: 3
      knowledge-base: {file: codes.tsv, format: tsv, id: 1, name: 2}
      splits:
        test: {file: test.tsv, format: tsv, mention: 1, gold: 2}
        dev: {file: dev.tsv, format: tsv, mention: 1, gold: 2}
        same: {file: test.tsv, format: tsv, mention: 1, gold: 2}
      evaluate: [test]
      teachers:
        t: {file: t.jsonl}
      students:
        s: {kind: bi-encoder, base: "maven:all-minilm-l6-v2", teach: t, pooling: mean, epochs: 1, validation-share: 0}
      systems:
        - {name: chars, kind: tfidf, analysis: chars, min: 1, max: 2}
        - {name: given, kind: cascade, first: s, student: s, on: chars, join: {weight: 2, sure: 0.5}}
        - {name: fitted, kind: cascade, first: s, student: s, on: chars, join: {fit: dev, loss: 0.1, without-place: true}}
      """;

  @TempDir Path folder;

  private SmallExperiment experiment() {
    return new SmallExperiment(folder)
        .write("test.tsv", "cataract\t1\nGlaucoma\t2\n")
        .write("dev.tsv", "clouded lens\t1\nattack of the heart\t3\nglaucomas\t2\n")
        .write(
            "t.jsonl",
            ranked("grey star", "1", "2")
                + ranked("green star", "2", "1")
                + ranked("heart stopped", "3", "2"));
  }

  @Test
  void aJoinIsGivenOrFittedAndTheReportTellsWhatWasFound() throws IOException {
    Report report = experiment().run(GOOD);

    SystemResult given = report.results().get(1);
    SystemResult fitted = report.results().get(2);
    assertThat(given.notes()).isEmpty();
    assertThat(given.provenance().facts())
        .containsEntry("weight", "2.0")
        .containsEntry("sure", "0.5")
        .doesNotContainKey("fit.split");
    assertThat(fitted.provenance().facts())
        .containsEntry("fit.split", "dev")
        .containsEntry("fit.rows", "3")
        .containsEntry("place-weight", "0.0")
        .containsKeys(
            "fit.acc",
            "fit.acc.first",
            "fit.exit.0.0",
            "fit.exit.1.0",
            "temperature",
            "weight",
            "sure");
    assertThat(fitted.notes())
        .singleElement()
        .asString()
        .startsWith("on split 'dev': temperature ")
        .contains("fitted on 3 rows");
    assertThat(Files.readString(folder.resolve("out/report.md")))
        .contains("* fitted: on split 'dev': temperature ");
    assertThat(Files.readString(folder.resolve("out/report.json")))
        .contains("\"fit.split\" : \"dev\"");
  }

  @Test
  void aSplitThatIsScoredIsNotFittedOn() {
    experiment()
        .refused(
            GOOD.replace("fit: dev", "fit: test"),
            "systems.fitted.join.fit: 'test' is scored (evaluate: [test])",
            "flatters itself",
            "such as one of [dev, same]");
    experiment()
        .refused(
            GOOD.replace("evaluate: [test]\n", ""),
            "systems.fitted.join.fit: 'dev' is scored",
            "of which there is none");
    experiment().refused(GOOD.replace("fit: dev", "fit: gone"), "'gone' is not one of the splits");
    experiment()
        .refused(
            GOOD.replace("fit: dev", "fit: same"),
            "'same' holds the same rows as 'test'",
            "is scored");
  }

  @Test
  void aFitStandsAloneAndOnlyACascadeIsJoined() {
    experiment()
        .refused(
            GOOD.replace("fit: dev", "fit: dev, weight: 1"), "systems.fitted.join", "not both");
    experiment()
        .refused(GOOD.replace("sure: 0.5", "loss: 0.1"), "systems.given.join.loss", "needs fit");
    experiment()
        .refused(
            GOOD.replace("sure: 0.5", "without-place: true"),
            "systems.given.join.without-place",
            "needs fit");
    experiment()
        .refused(GOOD.replace("loss: 0.1", "loss: 2"), "allowedLoss must be 0 to 1, not 2.0");
    experiment()
        .refused(
            GOOD.replace("min: 1, max: 2", "min: 1, max: 2, join: {fit: dev}"),
            "the key 'join' is unknown here; known are [aliases, analysis");
    experiment().refused(GOOD.replace("fit: dev", "fits: dev"), "'fits'", "place-weight");
  }
}
