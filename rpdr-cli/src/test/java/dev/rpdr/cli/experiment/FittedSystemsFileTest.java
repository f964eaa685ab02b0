package dev.rpdr.cli.experiment;

import static dev.rpdr.cli.experiment.SmallExperiment.ranked;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rpdr.eval.Report;
import dev.rpdr.eval.SystemResult;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FittedSystemsFileTest {
  private static final String GOOD =
      """
      name: small
      protocol: LABELS_ONLY
      k: 3
      knowledge-base: {file: codes.tsv, format: tsv, id: 1, name: 2}
      splits:
        test: {file: test.tsv, format: tsv, mention: 1, gold: 2}
        dev: {file: dev.tsv, format: tsv, mention: 1, gold: 2, composite: "##", except: t, one-target: true}
      evaluate: [test]
      teachers:
        t: {file: t.jsonl}
        strong: {file: strong.jsonl}
      candidates:
        given: {file: strong.jsonl, layout: teacher}
      students:
        s: {kind: bi-encoder, base: "maven:all-minilm-l6-v2", teach: t, pooling: mean, epochs: 1, validation-share: 0}
      systems:
        - {name: chars, kind: tfidf, analysis: chars, min: 1, max: 2}
        - {name: none, kind: escalate, student: s, on: given, teacher: strong, calibrate: dev, fit-on: chars, questions: 0}
        - {name: sum, kind: fused, students: [s], on: given, lexical: {analysis: chars, min: 1, max: 2}, prior: t, edits: {teach: t, analysis: chars, ridge: 0.01}, fit: dev, fit-on: chars, calibrate: dev}
        - {name: all, kind: escalate, student: s, on: given, teacher: strong, calibrate: dev, fit-on: chars, questions: 9}
      """;

  @TempDir Path folder;

  /** The stronger teacher says what no student of these lessons would, so it can be told by it. */
  private SmallExperiment experiment() {
    return new SmallExperiment(folder)
        .write("test.tsv", "cataract\t3\nGlaucoma\t3\n")
        .write(
            "dev.tsv",
            "clouded lens\t3\nattack of the heart\t1\nglaucomas\t3\nCATARACT\t1\nboth eyes\t1##2\n")
        .write("t.jsonl", ranked("cataract", "1", "2") + ranked("Glaucoma", "3", "1"))
        .write("strong.jsonl", ranked("cataract", "3", "2") + ranked("Glaucoma", "3", "1"));
  }

  @Test
  void theTeacherIsAskedAsOftenAsAllowed() {
    Report report = experiment().run(GOOD);

    SystemResult none = report.results().get(1);
    SystemResult all = report.results().get(3);
    assertThat(none.evaluation().accuracyAt(1)).isZero();
    assertThat(all.evaluation().accuracyAt(1)).isOne();
    assertThat(all.provenance().facts())
        .containsEntry("questions", "9")
        .containsEntry("calibrated.on", "dev")
        .containsKeys("teacher", "train.seconds");
    assertThat(all.notes())
        .containsExactly("the teacher ranks the 9 of which the student is least sure");
  }

  @Test
  void thePlaceMayCountForNothing() {
    SystemResult sum =
        experiment()
            .run(GOOD.replace("kind: fused, ", "kind: fused, without-place: true, "))
            .results()
            .get(2);

    assertThat(sum.provenance().facts()).containsEntry("place-weight", "0.0");
  }

  @Test
  void theWeightsOfASumAreFittedAndTold() {
    SystemResult sum = experiment().run(GOOD).results().get(2);

    assertThat(sum.provenance().facts())
        .containsEntry("student.kind", "fused")
        .containsEntry("student.1.analysis", "char(1,2)")
        .containsEntry("student.2.student.kind", "prior")
        .containsEntry("student.3.student.kind", "edits")
        .containsEntry("fit.split", "dev")
        .containsKeys("weights", "place-weight", "fit.acc", "fit.split.sha256");
    assertThat(sum.notes())
        .singleElement()
        .asString()
        .startsWith("on split 'dev': weights [")
        .contains("fitted on 3 rows (3 with a right candidate)");
  }

  @Test
  void whatIsCalibratedSaysHowSureItIs() {
    Report report = experiment().run(GOOD);

    SystemResult sum = report.results().get(2);
    assertThat(sum.provenance().facts()).containsEntry("calibrated.on", "dev");
    assertThat(sum.evaluation().judgements())
        .allSatisfy(judged -> assertThat(judged.ranking().confidence()).isBetween(0., 1.));
    assertThat(report.summary().system("sum").reliability()).isNotNull();
    assertThat(report.summary().system("chars").reliability()).isNull();
  }

  @Test
  void aStudentMayLearnFromTheFirstRankingsOnlyAndThroughAnAdapter() {
    String few = GOOD.replace("t: {file: t.jsonl}", "t: {file: t.jsonl, take: 1}");
    SystemResult one = experiment().run(few).results().get(2);
    assertThat(one.provenance().facts()).containsEntry("student.0.rankings.learnt", "1");

    experiment()
        .refused(few.replace("take: 1", "take: 3"), "teachers.t.take is 3, but its file holds 2");
    experiment().refused(few.replace("take: 1", "take: 0"), "teachers.take must be >= 1, not 0");
    SmallExperiment adapted = experiment();
    assertThatThrownBy(
            () ->
                adapted.run(
                    few.replace("epochs: 1", "epochs: 1, lora: {targets: nothing-like-it}")))
        .hasMessageContaining("nothing-like-it");
  }

  @Test
  void whatIsMissingOrOutOfPlaceIsNamed() {
    experiment().refused(GOOD.replace(", questions: 9", ""), "systems.all.questions is missing");
    experiment()
        .refused(GOOD.replace("questions: 9", "questions: -1"), "systems.all.questions", "not -1");
    experiment()
        .refused(
            GOOD.replaceFirst("calibrate: dev", "calibrate: test"),
            "systems.none.calibrate: 'test' is scored");
    experiment()
        .refused(
            GOOD.replaceFirst("fit-on: chars", "fit-on: gone"),
            "systems.none.fit-on: 'gone' is not one of the candidates and retrievers");
    experiment()
        .refused(
            GOOD.replace("except: t", "only: t, except: t"),
            "splits.dev: none of its 5 rows is left",
            "except: t");
    experiment()
        .refused(
            GOOD.replace("except: t", "except: s"),
            "splits.except: 's' is not one of the teachers");
    experiment().refused(GOOD.replace("fit: dev, ", ""), "systems.sum.fit is missing");
    experiment()
        .refused(GOOD.replace("fit: dev", "fit: test"), "systems.sum.fit: 'test' is scored");
    experiment()
        .refused(
            GOOD.replace("students: [s]", "students: [t]"), "systems.sum.students: 't' is not one");
    experiment()
        .refused(
            GOOD.replace("prior: t", "prior: s"),
            "systems.sum.prior: 's' is not one of the teachers");
    experiment()
        .refused(
            GOOD.replace("edits: {teach: t", "edits: {teach: s"),
            "systems.sum.edits.teach: 's' is not one of the teachers");
    experiment().refused(GOOD.replace("ridge: 0.01", "ridge: 0"), "ridge must be above 0");
    experiment()
        .refused(
            GOOD.replace("analysis: chars, min: 1, max: 2}, prior", "analysis: letters}, prior"),
            "lexical.analysis: 'letters' is unknown");
    experiment()
        .refused(
            GOOD.replace("max: 2}\n", "max: 2, fit: dev}\n"),
            "the key 'fit' is unknown here; known are [aliases, analysis, case-sensitive, max, min");
    experiment()
        .refused(
            GOOD.replace("max: 2}\n", "max: 2, questions: 1}\n"),
            "the key 'questions' is unknown here");
    experiment()
        .refused(
            GOOD.replace("max: 2}\n", "max: 2, calibrate: dev}\n"),
            "the key 'calibrate' is unknown here");
    experiment()
        .refused(
            GOOD + "  - {name: plain, kind: student, student: s, on: given, fit-on: chars}\n",
            "systems.plain: fit-on is for what is fitted");
    experiment()
        .refused(
            GOOD.replace("kind: escalate", "kind: oracle"),
            "at systems.[1]: kind 'oracle' is unknown; known are [candidates, cascade, dense");
    experiment().refused(GOOD.replace("kind: fused, ", ""), "at systems.[2]: kind is missing");
  }
}
