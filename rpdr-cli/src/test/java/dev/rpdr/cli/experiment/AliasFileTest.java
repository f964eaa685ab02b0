package dev.rpdr.cli.experiment;

import static dev.rpdr.cli.experiment.SmallExperiment.ranked;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.rpdr.eval.Protocol;
import dev.rpdr.eval.Report;
import dev.rpdr.eval.SystemResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AliasFileTest {
  private static final String GOOD =
      """
      name: small
      protocol: LABELS_ONLY
      k: 3
      knowledge-base: {file: codes.tsv, format: tsv, id: 1, name: 2}
      splits:
        test: {file: test.tsv, format: tsv, mention: 1, gold: 2}
        dev: {file: dev.tsv, format: tsv, mention: 1, gold: 2}
      evaluate: [test]
      teachers:
        t: {file: t.jsonl}
      systems:
        - {name: word, kind: tfidf, analysis: word}
        - {name: given, kind: tfidf, analysis: word, aliases: {of: t, weight: 0.7}}
        - {name: fitted, kind: tfidf, analysis: word, aliases: {of: t, weight: {fit: dev}}}
        - {name: both, kind: hybrid, of: [word, given]}
        - {name: dense, kind: dense, encoder: "maven:all-minilm-l6-v2", pooling: mean, aliases: {of: t}}
        - {name: llm, kind: teacher, teacher: t, on: given}
      """;

  @TempDir Path folder;

  private SmallExperiment experiment() {
    return new SmallExperiment(folder)
        .write("test.tsv", "grey star\t1\nGlaucoma\t2\n")
        .write("dev.tsv", "star of grey\t1\nheart\t3\n")
        .write(
            "t.jsonl",
            ranked("grey star", "1", "2")
                + ranked("green star", "2", "1")
                + ranked("glaucoma", "2", "1"));
  }

  @Test
  void rowsThatFindByAliasesNameTheirProtocol() throws IOException {
    Report report = experiment().run(GOOD);

    assertThat(report.results())
        .extracting(SystemResult::name, SystemResult::protocol)
        .containsExactly(
            tuple("word", Protocol.LABELS_ONLY),
            tuple("given", Protocol.LABELS_PLUS_TEACHER_ALIASES),
            tuple("fitted", Protocol.LABELS_PLUS_TEACHER_ALIASES),
            tuple("both", Protocol.LABELS_PLUS_TEACHER_ALIASES),
            tuple("dense", Protocol.LABELS_PLUS_TEACHER_ALIASES),
            tuple("llm", Protocol.LABELS_PLUS_TEACHER_ALIASES));
    SystemResult word = report.results().get(0);
    SystemResult given = report.results().get(1);
    assertThat(word.evaluation().accuracyAt(1)).isEqualTo(.5);
    assertThat(given.evaluation().accuracyAt(1)).isEqualTo(1);
    assertThat(given.provenance().facts())
        .containsEntry("aliases.weight", "0.7")
        .containsEntry("aliases.names", "2")
        .containsKeys("aliases.from.teacher", "aliases.sha256");
    assertThat(given.notes())
        .containsExactly(
            "teacher 't': 2 aliases of 3 rankings; not taken: 0 repeated, 1 names already, 0"
                + " unsure, 0 of entities that are not in the knowledge base, 0 not among the"
                + " retriever's first, 0 names of other entities, 0 conflicting");
    assertThat(report.results().get(4).provenance().facts())
        .containsEntry("aliases.weight", "0.9")
        .containsEntry("retriever", "dense");
    assertThat(Files.readString(folder.resolve("out/report.md")))
        .contains("LABELS_PLUS_TEACHER_ALIASES")
        .contains("* both: given: teacher 't'");
    assertThat(Files.readString(folder.resolve("out/report.json")))
        .contains("\"protocol\" : \"LABELS_PLUS_TEACHER_ALIASES\"");
  }

  @Test
  void theWeightIsFittedOnASplitThatIsNotScored() {
    SystemResult fitted = experiment().run(GOOD).results().get(2);

    assertThat(fitted.provenance().facts())
        .containsEntry("aliases.weight", "0.5")
        .containsEntry("aliases.fit.split", "dev")
        .containsEntry("aliases.fit.rows", "2")
        .containsEntry("aliases.fit.rows-that-are-aliases", "0")
        .containsKeys("aliases.fit.weight.0.95", "aliases.fit.split.sha256");
    assertThat(fitted.notes())
        .last()
        .asString()
        .startsWith("on split 'dev', 0 of whose mentions are aliases: weight 0.5 fitted on 2 rows");
    experiment()
        .refused(
            GOOD.replace("fit: dev", "fit: test"),
            "systems.fitted.aliases.weight.fit: 'test' is scored",
            "such as one of [dev]");
    experiment().refused(GOOD.replace("fit: dev", "fit: gone"), "'gone' is not one of the splits");
  }

  @Test
  void theRetrieverMayHaveToAgree() {
    SystemResult dense =
        experiment()
            .run(
                GOOD.replace(
                    "aliases: {of: t}", "aliases: {of: t, among-first: 3, min-confidence: 0.5}"))
            .results()
            .get(4);

    assertThat(dense.provenance().facts())
        .containsEntry("aliases.names", "2")
        .containsEntry("aliases.from.among-first", "3")
        .containsEntry("aliases.from.min-confidence", "0.5");
    // by words nothing is like "grey star"
    experiment()
        .refused(
            GOOD.replace("weight: 0.7", "among-first: 3"),
            "systems.given.aliases: teacher 't' gives none: 0 aliases of 3 rankings",
            "2 not among the retriever's first");
  }

  @Test
  void aStudentThatRetrievesMayKnowThemToo() {
    String student =
        "students: {s: {kind: bi-encoder, base: \"maven:all-minilm-l6-v2\", teach: t,"
            + " pooling: mean, epochs: 1, validation-share: 0}}\n";
    List<SystemResult> results =
        experiment()
            .run(
                GOOD.replace("systems:\n", student + "systems:\n")
                    + "  - {name: bi, kind: student-retriever, student: s, aliases: {of: t, weight: {fit: dev}}}\n"
                    + "  - {name: \"s@bi\", kind: student, student: s, on: bi}\n")
            .results();

    SystemResult bi = results.get(6);
    assertThat(bi.protocol()).isEqualTo(Protocol.LABELS_PLUS_TEACHER_ALIASES);
    assertThat(bi.provenance().facts())
        .containsEntry("aliases.fit.split", "dev")
        .containsEntry("aliases.names", "2")
        .containsKeys("aliases.weight", "train.seconds", "encoder.model.sha256", "seed");
    assertThat(bi.evaluation().accuracyAt(1)).isEqualTo(1);
    SystemResult onBi = results.get(7);
    assertThat(onBi.protocol()).isEqualTo(Protocol.LABELS_PLUS_TEACHER_ALIASES);
    assertThat(onBi.notes()).isEqualTo(bi.notes()).hasSize(2);
  }

  @Test
  void whatCannotBeIsRefused() {
    experiment()
        .refused(
            GOOD.replace("{of: t, weight: 0.7}", "{of: u}"), "systems.given.aliases.of", "'u'");
    experiment()
        .refused(GOOD.replace("weight: 0.7", "weight: 1.7"), "above 0 and at most 1", "not 1.7");
    experiment()
        .refused(GOOD.replace("weight: 0.7", "weight: {fits: dev}"), "{fit: SPLIT}", "fits");
    experiment()
        .refused(
            GOOD.replace("weight: 0.7", "min-confidence: 2"), "aliases.min-confidence", "not 2.0");
    experiment()
        .refused(GOOD.replace("weight: 0.7", "among-first: 0"), "aliases.among-first", "not 0");
    experiment()
        .refused(GOOD.replace("{of: t, weight: 0.7}", "{weight: 0.7}"), "aliases.of is missing");
    experiment().refused(GOOD.replace("weight: 0.7", "wait: 0.7"), "'wait'", "min-confidence");
    experiment()
        .refused(
            GOOD.replace("of: [word, given]", "of: [word], aliases: {of: t}"),
            "the key 'aliases' is unknown here; known are [name, of]");
    experiment()
        .refused(
            GOOD.replace("LABELS_ONLY", "LABELS_PLUS_TRAIN_ALIASES"),
            "systems.given.aliases",
            "LABELS_PLUS_TEACHER_ALIASES, which knows no human label");
  }
}
