package dev.rpdr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rpdr.cli.CommandLineTest.Result;
import dev.rpdr.teacher.journal.JournalCheck;
import dev.rpdr.teacher.journal.RecordedTeacher;
import dev.rpdr.testkit.Fault;
import dev.rpdr.testkit.Faults;
import dev.rpdr.testkit.openai.FakeOpenAiServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code rpdr teach} and {@code rpdr journal} as a user sees them, against a fake server. */
class TeachCommandTest {
  private static final String KEY = "sk-of-the-tests";

  @TempDir Path folder;
  private FakeOpenAiServer server;

  @BeforeEach
  void write() throws IOException {
    Files.writeString(
        folder.resolve("codes.tsv"),
        "id\tname\nH25\tSenile cataract\nH40\tGlaucoma\nI21\tMyocardial infarction\n");
    Files.writeString(
        folder.resolve("mentions.txt"), "cataract\nglaucoma of the eye\n\ncataract\ninfarct\n");
    start(Faults.none());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void start(Faults faults) {
    if (server != null) {
      server.close();
    }
    server = FakeOpenAiServer.builder().faults(faults).snapshot("gpt-4o-2024-08-06").start();
  }

  private Result teach(String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "teach",
                "--kb",
                folder.resolve("codes.tsv").toString(),
                "--kb-header",
                "--mentions",
                folder.resolve("mentions.txt").toString(),
                "--model",
                "openai:gpt-4o",
                "--base-url",
                server.baseUrl(),
                "--key-variable",
                "RPDR_TEST_KEY"));
    arguments.addAll(List.of(more));
    Result result = CommandLineTest.rpdr("", arguments.toArray(String[]::new));
    assertThat(result.out() + result.err()).doesNotContain(KEY);
    return result;
  }

  private Result teachInto(Path journal, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of("--retriever", "tfidf-char", "--k", "2", "--journal", journal.toString()));
    arguments.addAll(List.of(more));
    return teach(arguments.toArray(String[]::new));
  }

  @Test
  void every_different_mention_is_asked_once_and_a_second_run_asks_nothing() throws IOException {
    Path journal = folder.resolve("journal.jsonl");

    Result first = teachInto(journal, "--budget", "1.00");
    Result second = teachInto(journal, "--budget", "1.00");

    assertThat(first.exit()).as(first.err()).isZero();
    assertThat(first.out())
        .contains("4 mentions, 3 different ones, 0 answered before, 3 to be asked")
        .contains("estimate: gpt-4o: 3 requests")
        .contains("3 requests: 3 answers, 0 failures")
        .containsPattern("bill: gpt-4o-2024-08-06: 3 requests, 3 mentions, \\d+ \\+ \\d+ tokens")
        .contains("3 rankings: answered 3");
    assertThat(second.out()).contains("3 answered before, 0 to be asked").contains("0 requests");
    assertThat(billOf(second)).isEqualTo(billOf(first));
    assertThat(server.counts().requests()).isEqualTo(3);
    assertThat(RecordedTeacher.read(journal).size()).isEqualTo(3);
    assertThat(Files.readString(journal)).doesNotContain(KEY);
  }

  @Test
  void votes_are_kept_with_their_agreement_and_stay_on_the_bill() {
    Path journal = folder.resolve("journal.jsonl");

    Result first = teachInto(journal, "--votes", "2", "--budget", "1.00");
    Result second = teachInto(journal, "--votes", "2", "--budget", "1.00");

    assertThat(first.exit()).as(first.err()).isZero();
    assertThat(first.out())
        .contains("3 different ones, 0 answered before, 3 to be asked")
        .contains("estimate: gpt-4o: 4 requests") // two mentions have one candidate each
        .contains("4 requests: 4 answers, 0 failures")
        .contains("3 rankings");
    assertThat(server.counts().requests()).isEqualTo(4);
    assertThat(RecordedTeacher.read(journal).rankings())
        .hasSize(3)
        .allSatisfy(ranking -> assertThat(ranking.confidence()).isNotNull());
    assertThat(second.out()).contains("3 answered before, 0 to be asked").contains("0 requests");
    assertThat(billOf(second)).isEqualTo(billOf(first));
  }

  @Test
  void mentions_may_share_a_prompt() {
    Path journal = folder.resolve("journal.jsonl");

    Result alone = teach("--dry-run", "--retriever", "tfidf-char", "--k", "2");
    Result grouped = teach("--dry-run", "--retriever", "tfidf-char", "--k", "2", "--group", "2");
    Result asked = teachInto(journal, "--group", "2");

    assertThat(asked.exit()).as(asked.err()).isZero();
    assertThat(asked.out())
        .contains("estimate: gpt-4o: 2 requests")
        .contains("2 requests: 2 answers, 0 failures")
        .contains("asked now: 3 rankings");
    assertThat(server.counts().requests()).isEqualTo(2);
    assertThat(RecordedTeacher.read(journal).size()).isEqualTo(3);
    assertThat(estimatedTokens(grouped)).isPositive().isLessThan(estimatedTokens(alone));
    assertThat(teach("--dry-run", "--retriever", "tfidf-char", "--votes", "0").err())
        .contains("--votes must be >= 1, not 0");
    assertThat(
            teach("--dry-run", "--retriever", "tfidf-char", "--votes", "2", "--group", "2").err())
        .contains("--group and --votes exclude each other");
    assertThat(teachInto(journal, "--group", "3").err())
        .contains("belongs to another run: settings");
  }

  private static int estimatedTokens(Result result) {
    Matcher tokens = Pattern.compile("about (\\d+) \\+ \\d+ tokens").matcher(result.out());
    assertThat(tokens.find()).as(result.out()).isTrue();
    return Integer.parseInt(tokens.group(1));
  }

  @Test
  void a_dry_run_tells_the_cost_and_asks_nothing() {
    Result result = teach("--retriever", "tfidf-char", "--dry-run");

    assertThat(result.exit()).as(result.err()).isZero();
    assertThat(result.out())
        .containsPattern(
            "estimate: gpt-4o: 3 requests, about \\d+ \\+ \\d+ tokens \\(o200k_base\\)")
        .contains("USD")
        .contains("Nothing was asked");
    assertThat(server.counts().requests()).isZero();
  }

  @Test
  void a_budget_ends_the_run_with_the_bill_and_what_was_paid_for_is_kept() {
    Path journal = folder.resolve("journal.jsonl");

    Result result =
        teachInto(journal, "--concurrency", "1", "--price", "1000,1000", "--budget", "1");

    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.err()).contains("the budget of 1 USD does not allow the next request");
    assertThat(result.out()).contains("bill: total 0.").contains("USD");
    assertThat(RecordedTeacher.read(journal).size())
        .isEqualTo((int) server.counts().answers())
        .isBetween(1, 2);
  }

  @Test
  void failures_are_retried_and_told() {
    start(Faults.sequence(Fault.RATE_LIMIT, Fault.MALFORMED_BODY, Fault.SERVER_ERROR));
    Path journal = folder.resolve("journal.jsonl");

    Result result = teachInto(journal, "--retry-wait", "0.01");

    assertThat(result.exit()).as(result.err()).isZero();
    assertThat(result.out()).contains("6 requests: 3 answers, 3 failures");
    assertThat(server.counts().requests()).isEqualTo(6);
    assertThat(JournalCheck.of(journal).isSound()).isTrue();
  }

  @Test
  void candidates_may_come_from_a_recording() throws IOException {
    Path recorded = folder.resolve("recorded.jsonl");
    Files.writeString(
        recorded,
        """
        {"mention":"cataract","candidates":[{"id":"H40","name":"Glaucoma"},{"id":"H25","name":"Senile cataract"}],"ranking":["H25"]}
        """);
    Path journal = folder.resolve("journal.jsonl");

    Result result =
        teach(
            "--candidates",
            recorded.toString(),
            "--limit",
            "1",
            "--journal",
            journal.toString(),
            "--template",
            "zh");

    assertThat(result.exit()).as(result.err()).isZero();
    assertThat(RecordedTeacher.read(journal).rankings().get(0).request().ids())
        .containsExactly("H40", "H25");
    assertThat(server.calls().get(0).call().lastUserMessage()).contains("候选");
  }

  @Test
  void examples_of_ones_own_replace_those_of_the_template() throws IOException {
    Path examples = folder.resolve("examples.jsonl");
    Files.writeString(
        examples,
        """
        {"mention":"dim sight","candidates":[{"name":"Myopia"},{"name":"Amblyopia"}],"ranking":["Amblyopia","Myopia"]}
        """);

    Result result = teachInto(folder.resolve("journal.jsonl"), "--examples", examples.toString());

    assertThat(result.exit()).as(result.err()).isZero();
    assertThat(server.calls().get(0).call().lastUserMessage())
        .contains("<mention>dim sight</mention>")
        .contains("Answer: B > A")
        .doesNotContain("ringing in the ears");
    assertThat(teach("--dry-run", "--retriever", "tfidf-char", "--examples", "none.jsonl").err())
        .contains("none.jsonl");
  }

  @Test
  void wrong_calls_are_one_clear_line() {
    assertThat(teach("--retriever", "tfidf-char").err()).contains("--journal FILE is needed");
    assertThat(teach("--dry-run").err()).contains("--retriever").contains("--candidates");
    assertThat(teach("--dry-run", "--retriever", "tfidf-char", "--candidates", "x").err())
        .contains("exclude each other");
    assertThat(teach("--dry-run", "--budget", "-1", "--retriever", "tfidf-char").err())
        .contains("--budget must be > 0, not -1");
    assertThat(teach("--dry-run", "--temperature", "hot", "--retriever", "tfidf-char").err())
        .contains("--temperature must be a number from 0 to 2 or none, not 'hot'");
  }

  @Test
  void a_model_without_its_provider_is_named() {
    Result model = dryRun("--model", "gpt-4o");
    assertThat(model.exit()).isEqualTo(1);
    assertThat(model.err()).contains("--model must be PROVIDER:NAME").contains("deepseek");
    assertThat(dryRun("--model", "acme:x").err()).contains("'acme' is unknown").contains("vllm");
    assertThat(dryRun("--model", "compatible:x").err()).contains("--base-url");
  }

  @Test
  void a_missing_key_stops_a_run_and_is_told_by_a_dry_one_that_needs_none() {
    String[] model = {"--model", "openai:gpt-4o", "--key-variable", "RPDR_NO_SUCH_KEY"};

    Result price = dryRun(model);
    assertThat(price.exit()).as(price.err()).isZero();
    assertThat(price.out())
        .contains("estimate: ")
        .contains("A run needs a key in RPDR_NO_SUCH_KEY, not set now.");

    Path journal = folder.resolve("journal.jsonl");
    Result run = with(model, "--journal", journal.toString());
    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err()).contains("RPDR_NO_SUCH_KEY").contains("not set");
    assertThat(journal).doesNotExist();
  }

  private Result dryRun(String... model) {
    return with(model, "--dry-run");
  }

  private Result with(String[] model, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "teach",
                "--retriever",
                "tfidf-char",
                "--kb",
                folder.resolve("codes.tsv").toString(),
                "--mentions",
                folder.resolve("mentions.txt").toString()));
    arguments.addAll(List.of(model));
    arguments.addAll(List.of(more));
    return CommandLineTest.rpdr("", arguments.toArray(String[]::new));
  }

  @Test
  void a_journal_of_another_run_is_refused_by_name_of_what_differs() {
    Path journal = folder.resolve("journal.jsonl");
    assertThat(teachInto(journal).exit()).isZero();

    Result other = teachInto(journal, "--top", "1");

    assertThat(other.exit()).isEqualTo(1);
    assertThat(other.err()).contains("belongs to another run").contains("settings");
  }

  @Test
  void journals_are_shown_verified_merged_exported_and_imported() throws IOException {
    Path journal = folder.resolve("journal.jsonl");
    assertThat(teachInto(journal).exit()).isZero();
    Path merged = folder.resolve("merged.jsonl");
    Path table = folder.resolve("table.csv");
    Path lines = folder.resolve("lines.jsonl");
    Path imported = folder.resolve("imported.jsonl");

    assertThat(journal("show", journal.toString()).out()).contains("gpt-4o-2024-08-06: 3");
    assertThat(journal("verify", journal.toString()).out()).contains("3 sound records, 0 faults");
    assertThat(
            journal("merge", journal.toString(), journal.toString(), "--out", merged.toString())
                .out())
        .contains("3 answers in " + merged + ", 3 repeats left out");
    assertThat(
            journal("export", journal.toString(), "--format", "csv", "--out", table.toString())
                .out())
        .contains("3 answers written to " + table);
    assertThat(Files.readAllLines(table).get(0)).startsWith("id,mention,rank");
    assertThat(journal("export", merged.toString(), "--out", lines.toString()).exit()).isZero();
    assertThat(journal("import", lines.toString(), "--out", imported.toString()).out())
        .contains("3 answers written to " + imported);
  }

  @Test
  void a_damaged_journal_fails_verification_and_names_the_line() throws IOException {
    Path journal = folder.resolve("journal.jsonl");
    assertThat(teachInto(journal).exit()).isZero();
    List<String> lines = new ArrayList<>(Files.readAllLines(journal));
    lines.set(2, lines.get(2).replace("\"mention\":\"", "\"mention\":\"another "));
    Files.write(journal, lines);

    Result verified = journal("verify", journal.toString());

    assertThat(verified.exit()).isEqualTo(1);
    assertThat(verified.out()).contains("line 3: ").contains("2 sound records, 1 faults");
  }

  @Test
  void wrong_journal_calls_are_clear() {
    assertThat(journal().exit()).isEqualTo(2);
    assertThat(journal("show", folder.resolve("none.jsonl").toString()).err())
        .contains("none.jsonl");
    Result rule = journal("merge", "a", "--out", "b", "--conflicts", "guess");
    assertThat(rule.err()).contains("'guess' is unknown").contains("keep-latest");
  }

  @Test
  void every_command_has_help() {
    assertThat(CommandLineTest.rpdr("", "teach", "--help").out()).contains("--dry-run");
    for (String command : List.of("show", "verify", "merge", "export", "import")) {
      assertThat(journal(command, "--help").out()).contains("Usage: rpdr journal " + command);
    }
  }

  private static Result journal(String... arguments) {
    List<String> all = new ArrayList<>(List.of("journal"));
    all.addAll(List.of(arguments));
    return CommandLineTest.rpdr("", all.toArray(String[]::new));
  }

  private static List<String> billOf(Result result) {
    return result.out().lines().filter(line -> line.startsWith("bill:")).toList();
  }
}
