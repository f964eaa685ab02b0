package dev.rpdr.cli.experiment;

import static dev.rpdr.cli.experiment.SmallExperiment.ranked;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.rpdr.Entity;
import dev.rpdr.KnowledgeBase;
import dev.rpdr.eval.Report;
import dev.rpdr.eval.SystemResult;
import dev.rpdr.teacher.journal.RecordedTeacher;
import dev.rpdr.teacher.journal.TextlessRecord;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A teacher asked in several turns, the second recorded without texts beside the experiment. */
class TeacherTurnsFileTest {
  private static final String GOOD =
      """
      name: small
      protocol: LABELS_ONLY
      k: 3
      knowledge-base: {file: codes.tsv, format: tsv, id: 1, name: 2}
      splits:
        test: {file: test.tsv, format: tsv, mention: 1, gold: 2}
      mentions:
        lines: {file: more.txt, format: txt}
        table: {file: test.tsv, format: tsv, mention: 1}
      teachers:
        first: {file: t.jsonl}
        second: {file: ./stripped.jsonl, mentions: [lines, table]}
        both: {turns: [first, second]}
      candidates:
        given: {file: t.jsonl, layout: teacher}
      systems:
        - {name: first, kind: teacher, teacher: first, on: given}
        - {name: both, kind: teacher, teacher: both, on: given}
      """;

  @TempDir Path folder;
  private SmallExperiment experiment;

  @BeforeEach
  void write() {
    experiment =
        new SmallExperiment(folder)
            .write("test.tsv", "grey star\t1\nglaucoma\t2\n")
            .write("more.txt", "new\n")
            .write("t.jsonl", ranked("grey star", "2", "1") + ranked("glaucoma", "2", "1"))
            .write("later.jsonl", ranked("grey star", "1", "2") + ranked("new", "2", "1"));
    KnowledgeBase codes =
        KnowledgeBase.of(
            List.of(
                Entity.of("1", "Senile cataract"),
                Entity.of("2", "Glaucoma"),
                Entity.of("3", "Heart attack")));
    RecordedTeacher later = RecordedTeacher.read(folder.resolve("later.jsonl"));
    TextlessRecord.write(later, "a model", codes, folder.resolve("stripped.jsonl"));
  }

  @Test
  void theLaterTurnCountsWhereBothHoldAMention() {
    Report report = experiment.run(GOOD);

    assertThat(report.results())
        .extracting(SystemResult::name, result -> result.evaluation().accuracyAt(1))
        .containsExactly(tuple("first", .5), tuple("both", 1.0));
  }

  @Test
  void recordsThatCannotBeAreRefused() {
    refused("[first, second]", "[first, third]", "teachers.both.turns", "'third'");
    refused("[first, second]", "[both]", "teachers.both.turns", "[first, second]");
    refused("[lines, table]", "[rows]", "teachers.second.mentions", "[lines, table]");
    refused("{turns: [first, second]}", "{take: 2}", "either a file or the turns of others");
    refused("turns: [first", "sha256: 00, turns: [first", "sha256 and mentions belong to a file");
    refused("mention: 1}", "x: 1}", "mention");
    refused("[lines, table]", "[table]", "1 of its 2 rankings", "stripped.jsonl");
    refused("./stripped", "./other", "other.jsonl", "beside the experiment's file");
  }

  private void refused(String what, String by, String... parts) {
    experiment.refused(GOOD.replace(what, by), parts);
  }
}
