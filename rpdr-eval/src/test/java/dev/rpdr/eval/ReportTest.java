package dev.rpdr.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rpdr.CandidateList;
import dev.rpdr.DataFormatException;
import dev.rpdr.Dataset;
import dev.rpdr.Entity;
import dev.rpdr.Evaluation;
import dev.rpdr.Gold;
import dev.rpdr.KnowledgeBase;
import dev.rpdr.LabelledMention;
import dev.rpdr.Mention;
import dev.rpdr.NonRetriableException;
import dev.rpdr.Provenance;
import dev.rpdr.Ranking;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
  private static final Instant CREATED = Instant.parse("2026-01-02T03:04:05Z");
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir private Path folder;

  private static Report report() {
    AccuracyEvaluator evaluator =
        AccuracyEvaluator.builder()
            .ks(1, 5)
            .seenTexts(List.of("m0", "m1"))
            .slice("none", labelled -> false)
            .build();
    SystemResult student =
        new SystemResult(
            "bi-encoder@sapbert",
            Protocol.GIVEN_CANDIDATES,
            "test",
            Samples.evaluation(evaluator, 1, 1, 2, 0),
            2.5,
            Provenance.none().with("seed", 7),
            List.of("a | pipe"));
    return Report.builder("ask|apatient")
        .created(CREATED)
        .seed(7)
        .environment("cores", "2")
        .dataset(new Dataset("test", List.of(LabelledMention.of("m0", "gold"))))
        .knowledgeBase("labels", KnowledgeBase.of(List.of(Entity.of("1", "pain"))))
        .facts(evaluator.provenance())
        .fact("teacher", "recorded")
        .add(student)
        .add(Samples.system("raw-llm", 2, 1, 2, 1))
        .compare("bi-encoder@sapbert", "raw-llm")
        .build();
  }

  @Test
  void jsonHoldsEachSystemAsDocumented() throws IOException {
    report().writeJson(folder.resolve("report.json"));
    JsonNode json = MAPPER.readTree(folder.resolve("report.json").toFile());
    assertThat(json.path("experiment").asText()).isEqualTo("ask|apatient");
    assertThat(json.path("created").asText()).isEqualTo("2026-01-02T03:04:05Z");
    assertThat(json.path("seed").asInt()).isEqualTo(7);
    assertThat(json.path("environment").path("java").asText()).isNotBlank();
    assertThat(json.path("facts").path("teacher").asText()).isEqualTo("recorded");
    assertThat(json.path("data").path(0).path("sha256").asText()).hasSize(64);
    assertThat(json.path("data").path(1).path("kind").asText()).isEqualTo("knowledge-base");
    JsonNode system = json.path("systems").path(0);
    assertThat(system.path("name").asText()).isEqualTo("bi-encoder@sapbert");
    assertThat(system.path("protocol").asText()).isEqualTo("GIVEN_CANDIDATES");
    assertThat(system.path("split").asText()).isEqualTo("test");
    assertThat(system.path("n").asInt()).isEqualTo(4);
    assertThat(system.path("acc").path("1").asDouble()).isEqualTo(0.5);
    assertThat(system.path("acc").path("5").asDouble()).isEqualTo(0.75);
    assertThat(system.path("ci").path("1")).hasSize(2);
    assertThat(system.path("ceiling").asDouble()).isEqualTo(0.75);
    assertThat(system.path("seen").path("n").asInt()).isEqualTo(2);
    assertThat(system.path("seen").path("acc").path("1").asDouble()).isEqualTo(1);
    assertThat(system.path("unseen").path("acc").path("1").asDouble()).isEqualTo(0);
    assertThat(system.path("unseen").path("acc").path("5").asDouble()).isEqualTo(0.5);
    assertThat(system.path("slices").path("none").path("n").asInt()).isZero();
    assertThat(system.path("slices").path("none").path("acc").path("1").isNull()).isTrue();
    assertThat(system.path("outcomes").toString())
        .isEqualTo("{\"abstained\":0,\"answered\":4,\"fell-back\":0,\"repaired\":0}");
    assertThat(system.path("seconds").asDouble()).isEqualTo(2.5);
    assertThat(system.path("provenance").path("seed").asText()).isEqualTo("7");
    assertThat(json.path("systems").path(1).path("seen").isNull()).isTrue();
    JsonNode comparison = json.path("comparisons").path(0);
    assertThat(comparison.path("onlyA").asInt()).isEqualTo(1);
    assertThat(comparison.path("onlyB").asInt()).isEqualTo(1);
    assertThat(comparison.path("pValue").asDouble()).isEqualTo(1);
  }

  @Test
  void whatWasWrittenReadsBackEqual() {
    Report report = report();
    report.writeJson(folder.resolve("deep/er/report.json"));
    ReportSummary read = ReportSummary.read(folder.resolve("deep/er/report.json"));
    assertThat(read).isEqualTo(report.summary());
    assertThat(read.markdown()).isEqualTo(report.markdown());
    assertThat(read.system("raw-llm").all().accuracyAt(1).value()).isEqualTo(0.5);
    assertThatThrownBy(() -> read.system("gpt"))
        .hasMessage("there is no system 'gpt'; there are [bi-encoder@sapbert, raw-llm]");
  }

  @Test
  void markdownShowsOneRowASystem() {
    assertThat(report().markdown())
        .contains(
            "# ask|apatient\n",
            "| system | protocol | split | n | Acc@1 [95 % interval] | Acc@5 | Acc@10 | seen Acc@1"
                + " (n) | unseen Acc@1 (n) | ceiling | seconds |\n",
            "| bi-encoder@sapbert | GIVEN_CANDIDATES | test | 4 | .5000 [.000, 1.000] | .7500 | – |"
                + " 1.0000 (2) | .0000 (2) | .7500 | 2.5 |\n",
            "| raw-llm | LABELS_ONLY | test | 4 | .5000 [.000, 1.000] | 1.0000 | 1.0000 | – | – |"
                + " 1.0000 | 1.3 |\n",
            "* bi-encoder@sapbert: a | pipe\n",
            "| bi-encoder@sapbert | raw-llm | 1 | 1 | 1 | 1 | 1 | +.0000 | 1.0000 |\n",
            "| created | 2026-01-02T03:04:05Z |\n",
            "| cores | 2 |\n")
        .doesNotContain("How rankings came about");
  }

  @Test
  void markdownTellsOutcomesThatWereNoPlainAnswers() {
    LabelledMention labelled = LabelledMention.of("pain", "1");
    Ranking fellBack =
        Ranking.fellBack(Samples.ranking("pain", "1", "2").request(), "no answer in it");
    Evaluation evaluation =
        AccuracyEvaluator.builder()
            .build()
            .evaluate(new Dataset("dev", List.of(labelled)), List.of(fellBack));
    Report report =
        Report.builder("x")
            .add(
                SystemResult.of(
                    "a|b", Protocol.LABELS_ONLY, "dev", evaluation, 0, Provenance.none()))
            .build();
    assertThat(report.markdown()).contains("## How rankings", "| a\\|b | dev | 0 | 0 | 1 | 0 |\n");
  }

  @Test
  void predictionsHoldOneLineAMention() throws IOException {
    Report report = report();
    report.writeAll(folder);
    assertThat(folder.resolve("report.md")).hasContent(report.markdown());
    assertThat(folder.resolve("report.json")).exists();
    List<String> lines = Files.readAllLines(folder.resolve("predictions/bi-encoder@sapbert.jsonl"));
    assertThat(lines).hasSize(4);
    assertThat(lines.get(2))
        .startsWith(
            "{\"id\":null,\"mention\":\"m2\",\"gold\":[[\"gold\"]],\"rank\":2,\"reachable\":true,"
                + "\"outcome\":\"answered\",\"reason\":\"\",\"ranking\":[{\"id\":\"e1\",\"name\":"
                + "\"n-e1\",\"score\":1.0},{\"id\":\"gold\",");
    assertThat(MAPPER.readTree(lines.get(2)).path("ranking")).hasSize(10);
    try (Stream<Path> files = Files.walk(folder)) {
      assertThat(files.filter(file -> file.toString().endsWith(".part"))).isEmpty();
    }
  }

  @Test
  void predictionsKeepIdsAndOtherScripts() throws IOException {
    Mention mention = Mention.of("老年性白内障").withId("zh-\"1\"");
    LabelledMention labelled = new LabelledMention(mention, Gold.of("H25"));
    Ranking ranking =
        Ranking.asRetrieved(CandidateList.of(mention, List.of(Entity.of("H25", "老年性白内障"))));
    Evaluation evaluation =
        AccuracyEvaluator.builder()
            .build()
            .evaluate(new Dataset("dev", List.of(labelled)), List.of(ranking));
    Path file =
        Report.builder("x")
            .add(
                SystemResult.of(
                    "学生/1", Protocol.LABELS_ONLY, "dev", evaluation, 0, Provenance.none()))
            .build()
            .writePredictions(folder)
            .get(0);
    assertThat(file.getFileName()).hasToString("学生_1.jsonl");
    JsonNode line = MAPPER.readTree(Files.readString(file));
    assertThat(line.path("id").asText()).isEqualTo("zh-\"1\"");
    assertThat(line.path("ranking").path(0).path("name").asText()).isEqualTo("老年性白内障");
  }

  @Test
  void theSameSystemOnTwoSplitsGetsTwoFiles() {
    SystemResult test = Samples.system("llm", 1);
    SystemResult dev =
        SystemResult.of("llm", test.protocol(), "dev", test.evaluation(), 1, Provenance.none());
    Report report = Report.builder("x").add(test).add(dev).compare("llm", "llm").build();
    assertThat(report.writePredictions(folder))
        .extracting(file -> file.getFileName().toString())
        .containsExactly("llm.test.jsonl", "llm.dev.jsonl");
    assertThat(report.summary().comparisons()).hasSize(2);
    assertThatThrownBy(() -> Report.builder("x").add(test).add(test))
        .hasMessage("system 'llm' is there already for split 'test'");
    assertThatThrownBy(() -> Report.builder("x").add(test).compare("llm", "gpt"))
        .hasMessage("system 'gpt' was not added; there are [llm]");
  }

  @Test
  void fileNamesAreSafeAndDiffer() {
    FileNames names = new FileNames();
    assertThat(
            Stream.of(
                    "bi-encoder@sapbert",
                    "../../etc/passwd",
                    "a b:c*?\"<>|\\",
                    "A b:c*?\"<>|\\",
                    "CON",
                    "nul.txt",
                    "",
                    "..",
                    "x".repeat(300))
                .map(names::of))
        .containsExactly(
            "bi-encoder@sapbert",
            "_.._.._etc_passwd",
            "a_b_c_______",
            "A_b_c_______-2",
            "_CON",
            "_nul.txt",
            "_",
            "_..",
            "x".repeat(80));
  }

  @Test
  void aReportThatCannotBeReadSaysWhy() throws IOException {
    Path file = folder.resolve("report.json");
    assertThatThrownBy(() -> ReportSummary.read(file))
        .isInstanceOf(DataFormatException.class)
        .hasMessageContaining("cannot read the report " + file);
    Files.writeString(file, "{\"format\":\"other/1\"}");
    assertThatThrownBy(() -> ReportSummary.read(file))
        .isInstanceOf(DataFormatException.class)
        .hasMessage(file + " is no report of format rpdr-report/1, but \"other/1\"");
    Files.writeString(file, "{\"format\":\"rpdr-report/1\"}");
    assertThatThrownBy(() -> ReportSummary.read(file))
        .isInstanceOf(DataFormatException.class)
        .hasMessageContaining("experiment");
    report().writeJson(file);
    Files.writeString(file, Files.readString(file).replace("GIVEN_CANDIDATES", "ANYTHING"));
    assertThatThrownBy(() -> ReportSummary.read(file))
        .isInstanceOf(DataFormatException.class)
        .hasMessageContaining("ANYTHING");
  }

  @Test
  void aFailedWriteLeavesTheOldFileAndNoRest() throws IOException {
    Path file = folder.resolve("report.json");
    Files.writeString(file, "old");
    assertThatThrownBy(
            () ->
                AtomicFile.write(
                    file,
                    writer -> {
                      writer.write("half");
                      throw new IOException("disk full");
                    }))
        .isInstanceOf(NonRetriableException.class)
        .hasMessageContaining("cannot write " + file)
        .hasMessageContaining("disk full");
    assertThat(file).hasContent("old");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
    assertThatThrownBy(() -> report().writeJson(file.resolve("below/a/file.json")))
        .isInstanceOf(NonRetriableException.class);
  }

  @Test
  void resultsAreChecked() {
    SystemResult good = Samples.system("a", 1);
    assertThatThrownBy(
            () ->
                SystemResult.of(
                    " ", good.protocol(), "test", good.evaluation(), 1, Provenance.none()))
        .hasMessage("a system needs a name and a split, not ' ' and 'test'");
    assertThatThrownBy(
            () ->
                SystemResult.of(
                    "a", good.protocol(), "test", good.evaluation(), Double.NaN, Provenance.none()))
        .hasMessage("seconds of 'a' must be finite and >= 0, not NaN");
    assertThatThrownBy(() -> Report.builder(" "))
        .hasMessage("a report needs the experiment's name");
    assertThatThrownBy(() -> new DataSource("file", " ", 1, "abc"))
        .hasMessage("data needs a name and a size >= 0, not ' ' and 1");
  }
}
