package dev.rpdr.teacher.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.rpdr.DataFormatException;
import dev.rpdr.NonRetriableException;
import dev.rpdr.Ranking;
import dev.rpdr.TeacherAnswer;
import dev.rpdr.teacher.journal.JournalFault.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Summary, check, merge and export of journals. */
class JournalToolsTest {
  @TempDir Path folder;

  private Path journal(String name, String... mentions) {
    return Answers.journal(folder.resolve(name), Answers.reversing(Answers.MODEL), mentions);
  }

  private static void change(Path path, int line, String from, String to) throws IOException {
    List<String> lines = new ArrayList<>(Files.readAllLines(path));
    String before = lines.get(line - 1);
    lines.set(line - 1, before.replace(from, to));
    assertThat(lines.get(line - 1)).isNotEqualTo(before);
    Files.write(path, lines);
  }

  @Test
  void theSummaryCountsAndMeasures() throws IOException {
    Path path = journal("a.jsonl", "sick", "dizzy", "tired");
    Files.writeString(path, "{\"key\":\"12", StandardOpenOption.APPEND);

    JournalSummary summary = JournalSummary.of(path);

    assertThat(summary.records()).isEqualTo(3);
    assertThat(summary.parts()).isZero();
    assertThat(summary.header().scope().model()).isEqualTo("m");
    assertThat(summary.teachers()).isEqualTo(Map.of(Answers.MODEL, 3L));
    assertThat(summary.models()).isEqualTo(Map.of("m-2026", 3L));
    assertThat(summary.outcomes()).isEqualTo(Map.of("answered", 3L));
    assertThat(summary.tokens()).isEqualTo(new JournalSummary.Tokens(300, 30, 3));
    assertThat(summary.latency())
        .isEqualTo(
            new JournalSummary.Latency(
                Duration.ofMillis(40), Duration.ofMillis(40), Duration.ofMillis(40)));
    assertThat(summary.torn()).isTrue();
    assertThat(summary.lines())
        .contains(
            "answers         3",
            "  answered 3",
            "tokens          300 in, 30 out (3 answers say)",
            "latency         40 ms median, 40 ms 95 %, 40 ms longest");
  }

  @Test
  void theMedianIsNoAverage() {
    List<Duration> latencies =
        List.of(Duration.ofMillis(900), Duration.ofMillis(10), Duration.ofMillis(20));

    assertThat(JournalSummary.Latency.of(latencies))
        .isEqualTo(
            new JournalSummary.Latency(
                Duration.ofMillis(20), Duration.ofMillis(900), Duration.ofMillis(900)));
    assertThat(JournalSummary.Latency.of(List.of())).isNull();
  }

  @Test
  void aSoundJournalHasNoFaults() {
    JournalCheck check = JournalCheck.of(journal("a.jsonl", "sick", "dizzy"));

    assertThat(check.isSound()).isTrue();
    assertThat(check.records()).isEqualTo(2);
  }

  @Test
  void eachKindOfFaultIsFoundOnItsLineAndAllAreFound() throws IOException {
    Path path = journal("a.jsonl", "m2", "m3", "m4", "m5", "m6", "m7", "m8", "m9");
    List<String> lines = new ArrayList<>(Files.readAllLines(path));
    lines.set(1, lines.get(1).substring(0, 60));
    lines.set(2, lines.get(2).replace("\"outcome\":\"answered\"", "\"outcome\":\"odd\""));
    lines.set(3, lines.get(3).replace("\"ranking\":[\"e2\"", "\"ranking\":[\"e9\""));
    lines.set(4, lines.get(4).replace("\"ranking\":[\"e2\",\"e1\"", "\"ranking\":[\"e2\",\"e2\""));
    lines.set(5, lines.get(5).replace("Nausea", "Vertigo"));
    lines.set(7, lines.get(6));
    lines.set(8, lines.get(6).replace("\"raw\":\"B > A\"", "\"raw\":\"B>A\""));
    Path other = Answers.journal(folder.resolve("b.jsonl"), Answers.reversing("model=x"), "m1");
    lines.add(Files.readAllLines(other).get(1));
    Files.write(path, lines);
    Files.writeString(path, "{\"key", StandardOpenOption.APPEND);

    JournalCheck check = JournalCheck.of(path);

    assertThat(check.faults().stream().map(f -> Map.entry(f.line(), f.kind())).toList())
        .containsExactly(
            Map.entry(2L, Kind.NO_JSON),
            Map.entry(3L, Kind.FIELD),
            Map.entry(4L, Kind.OPEN_SET),
            Map.entry(5L, Kind.OPEN_SET),
            Map.entry(6L, Kind.KEY),
            Map.entry(8L, Kind.DUPLICATE),
            Map.entry(9L, Kind.CONFLICT),
            Map.entry(10L, Kind.OTHER_TEACHER),
            Map.entry(11L, Kind.TORN));
    assertThat(check.records()).isEqualTo(1);
    assertThat(check.lines().get(7))
        .contains("line 10: OTHER_TEACHER, model: 'm' in the journal, 'x' on this line");
    assertThat(check.lines()).last().asString().startsWith("1 sound records, 9 faults in ");
  }

  @Test
  void aRecordWithoutKeyIsAFault() throws IOException {
    Path path = journal("a.jsonl", "sick");
    change(path, 2, "\"key\"", "\"kay\"");

    assertThat(JournalCheck.of(path).faults())
        .extracting(JournalFault::kind)
        .containsOnly(Kind.KEY);
  }

  @Test
  void whatIsNoJournalIsRefused() throws IOException {
    Path path = Files.writeString(folder.resolve("x.jsonl"), "{\"mention\":\"a\"}\n");

    assertThatExceptionOfType(DataFormatException.class)
        .isThrownBy(() -> JournalCheck.of(path))
        .withMessageContaining("x.jsonl is no journal");
    assertThatExceptionOfType(DataFormatException.class).isThrownBy(() -> JournalSummary.of(path));
    assertThatExceptionOfType(NonRetriableException.class)
        .isThrownBy(() -> JournalSummary.of(folder.resolve("none.jsonl")))
        .withMessageContaining("none.jsonl");
  }

  @Test
  void journalsBecomeOneAndItGoesOn() throws IOException {
    Path one = journal("a.jsonl", "sick", "dizzy");
    Path two = journal("b.jsonl", "dizzy", "tired");
    Path target = folder.resolve("all.jsonl");

    MergedJournal merged = JournalMerge.merge(List.of(one, two), target, ConflictRule.REFUSE);

    assertThat(merged).isEqualTo(new MergedJournal(target, 3, 1, List.of()));
    assertThat(JournalCheck.of(target).isSound()).isTrue();
    assertThat(Files.readAllLines(target).subList(1, 3))
        .isEqualTo(Files.readAllLines(one).subList(1, 3));
    try (FileJournal journal = FileJournal.open(target)) {
      journal.journaling(Answers.reversing(Answers.MODEL)).rank(Answers.request("tired"));
      assertThat(journal.replayed()).isEqualTo(1);
    }
    assertThatExceptionOfType(NonRetriableException.class)
        .isThrownBy(() -> JournalMerge.merge(List.of(one), target, ConflictRule.REFUSE))
        .withMessageContaining("all.jsonl is there already");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JournalMerge.merge(List.of(), target, ConflictRule.REFUSE));
  }

  @Test
  void contradictingAnswersAreTypedAndSettledByTheRule() {
    Path one = journal("a.jsonl", "sick", "dizzy");
    Path two = Answers.journal(folder.resolve("b.jsonl"), Answers.keeping(Answers.MODEL), "dizzy");
    JournalConflict conflict = new JournalConflict.Answers("dizzy", one, 3, two, 2);
    Path target = folder.resolve("all.jsonl");

    assertThatExceptionOfType(JournalConflictException.class)
        .isThrownBy(() -> JournalMerge.merge(List.of(one, two), target, ConflictRule.REFUSE))
        .withMessageContaining("two different answers for 'dizzy'")
        .satisfies(e -> assertThat(e.conflicts()).containsExactly(conflict));
    assertThat(target).doesNotExist();

    MergedJournal first = JournalMerge.merge(List.of(one, two), target, ConflictRule.KEEP_FIRST);
    assertThat(first.conflicts()).containsExactly(conflict);
    assertThat(dizzy(target)).containsExactly("e2", "e1");
    assertThat(first.lines()).last().asString().endsWith("0 repeats left out, 1 conflicts");

    Path latest = folder.resolve("latest.jsonl");
    JournalMerge.merge(List.of(two, one), latest, ConflictRule.KEEP_LATEST);
    assertThat(dizzy(latest)).as("written last, read first").containsExactly("e1", "e2");
  }

  private static List<String> dizzy(Path journal) {
    return RecordedTeacher.read(journal).rank(Answers.request("dizzy")).ranking().ids();
  }

  @Test
  void journalsOfDifferentRunsAreAConflict() {
    Path one = journal("a.jsonl", "sick");
    Path two = Answers.journal(folder.resolve("b.jsonl"), Answers.reversing("model=x"), "sick");
    Path target = folder.resolve("all.jsonl");

    assertThatExceptionOfType(JournalConflictException.class)
        .isThrownBy(() -> JournalMerge.merge(List.of(one, two), target, ConflictRule.REFUSE))
        .withMessageContaining(
            "belong to different runs: model: 'm' in the first, 'x' in the second");

    MergedJournal merged = JournalMerge.merge(List.of(one, two), target, ConflictRule.KEEP_FIRST);
    assertThat(merged.written()).isEqualTo(2);
    assertThat(merged.conflicts()).hasOnlyElementsOfType(JournalConflict.Headers.class);
    assertThat(JournalSummary.of(target).header().scope()).isEqualTo(JournalScope.UNKNOWN);
  }

  @Test
  void exportedLinesAreReadByTheRecordedTeacher() throws IOException {
    Path journal = journal("a.jsonl", "sick", "\"dizzy\", very");
    Path target = folder.resolve("rankings.jsonl");

    assertThat(JournalExport.toJsonLines(journal, target)).isEqualTo(2);

    assertThat(RecordedTeacher.read(target).rankings())
        .isEqualTo(RecordedTeacher.read(journal).rankings());
    assertThat(Files.readString(target)).doesNotContain("\"raw\"", "tokens", "\"key\"");
    assertThatExceptionOfType(NonRetriableException.class)
        .isThrownBy(() -> JournalExport.toJsonLines(journal, target))
        .withMessageContaining("is there already");
  }

  @Test
  void exportedValuesAreSeparatedByCommas() throws IOException {
    Path path = folder.resolve("a.jsonl");
    Answers.journal(path, Answers.reversing("t"), "\"dizzy\", very");
    try (FileJournal journal = FileJournal.open(path, HeaderCheck.LENIENT)) {
      journal
          .journaling(
              Answers.teacher(
                  "none", r -> TeacherAnswer.of(Ranking.abstained(r, "no such entity"))))
          .rank(Answers.request("sick"));
    }
    Path target = folder.resolve("a.csv");

    assertThat(JournalExport.toCsv(path, target)).isEqualTo(2);

    List<String> lines = Files.readAllLines(target);
    assertThat(lines).hasSize(4);
    assertThat(lines.get(0))
        .isEqualTo("id,mention,rank,entity,name,score,confidence,outcome,reason,model,time");
    assertThat(lines.get(1))
        .startsWith(",\"\"\"dizzy\"\", very\",1,e2,呕吐,1.0,0.75,answered,,m-2026,20");
    assertThat(lines.get(2)).contains(",2,e1,Nausea,0.5,");
    assertThat(lines.get(3)).startsWith(",sick,,,,,,abstained,no such entity,,20");
  }
}
