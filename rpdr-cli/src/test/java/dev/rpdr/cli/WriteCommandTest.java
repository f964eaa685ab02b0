package dev.rpdr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rpdr.KnowledgeBase;
import dev.rpdr.cli.CommandLineTest.Result;
import dev.rpdr.teacher.journal.WrittenMentions;
import dev.rpdr.testkit.openai.ChatCall;
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

/** {@code rpdr write} as a user sees it, against a fake server. */
class WriteCommandTest {
  private static final Pattern ENTRY = Pattern.compile("(\\d+)\\. <entry>(.*)</entry>");

  @TempDir Path folder;
  private FakeOpenAiServer server;

  @BeforeEach
  void write() throws IOException {
    Files.writeString(
        folder.resolve("codes.tsv"),
        "H25\tSenile cataract\nH40\tGlaucoma\nI21\tMyocardial infarction\n");
    server = FakeOpenAiServer.builder().answering(WriteCommandTest::words).start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  /** Two wordings an entry, but none of a glaucoma while it is asked for with others. */
  private static String words(ChatCall call) {
    List<String[]> entries = new ArrayList<>();
    Matcher matcher = ENTRY.matcher(call.lastUserMessage());
    while (matcher.find()) {
      entries.add(new String[] {matcher.group(1), matcher.group(2)});
    }
    StringBuilder answer = new StringBuilder();
    for (String[] entry : entries) {
      if (!entry[1].equals("Glaucoma") || entries.size() == 1) {
        answer.append("%s: my %s ; bad %s%n".formatted(entry[0], entry[1], entry[1]));
      }
    }
    return answer.toString();
  }

  private Result rpdr(String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "write",
                "--kb",
                folder.resolve("codes.tsv").toString(),
                "--model",
                "compatible:local",
                "--base-url",
                server.baseUrl(),
                "--key-variable",
                "RPDR_TEST_KEY",
                "--price",
                "1,2",
                "--per-entity",
                "2"));
    arguments.addAll(List.of(more));
    return CommandLineTest.rpdr("", arguments.toArray(String[]::new));
  }

  private String out() {
    return folder.resolve("written.jsonl").toString();
  }

  @Test
  void entitiesAreWrittenForAndMissingOnesAskedForAgain() {
    Result first = rpdr("--out", out());
    Result second = rpdr("--out", out());
    Result third = rpdr("--out", out());

    assertThat(first.exit()).as(first.err()).isZero();
    assertThat(first.out())
        .contains("3 entities, 0 written for before, 3 to be asked for")
        .contains("1 requests: 1 answers, 0 failures", "bill: ")
        .contains("4 mentions of 2 entities; run again for the 1 that are missing");
    assertThat(second.out()).contains("2 written for before, 1 to be asked for");
    assertThat(third.out()).contains("0 requests").contains("6 mentions of 3 entities");
    assertThat(server.counts().requests()).isEqualTo(2);
    KnowledgeBase terms = WrittenMentions.read(Path.of(out()));
    assertThat(terms.find("H40").orElseThrow().synonyms())
        .containsExactly("my Glaucoma", "bad Glaucoma");
  }

  @Test
  void aDryRunAsksNothing() {
    Result result = rpdr("--dry-run");

    assertThat(result.exit()).as(result.err()).isZero();
    assertThat(result.out())
        .contains("3 entities, 0 written for before", "estimate: ", "Nothing was asked");
    assertThat(server.counts().requests()).isZero();
    assertThat(rpdr("--dry-run", "--out", out()).exit()).isZero();
    assertThat(Path.of(out())).doesNotExist();
  }

  @Test
  void aDryRunLeavesOutWhatIsWritten() {
    rpdr("--out", out());

    Result result = rpdr("--dry-run", "--out", out());

    assertThat(result.out())
        .as(result.err())
        .contains("2 written for before, 1 to be asked for", "Nothing was asked");
    assertThat(server.counts().requests()).isEqualTo(1);
  }

  @Test
  void someEntitiesAndAStyleMayBeNamed() throws IOException {
    Path only = Files.writeString(folder.resolve("only.txt"), "I21\n");
    Path style = Files.writeString(folder.resolve("style.txt"), "hart atack\n");

    Result result = rpdr("--out", out(), "--only", only.toString(), "--style", style.toString());

    assertThat(result.out()).as(result.err()).contains("2 mentions of 1 entities");
    assertThat(server.calls().get(0).call().lastUserMessage())
        .contains("hart atack", "1. <entry>Myocardial infarction</entry>")
        .doesNotContain("Glaucoma");
  }

  @Test
  void aFurtherRoundIsShownWhatIsNearAndThere() {
    rpdr("--out", out());
    rpdr("--out", out());

    Result result =
        rpdr(
            "--out",
            folder.resolve("more.jsonl").toString(),
            "--near",
            "1",
            "--near-by",
            "tfidf:char(1,2)",
            "--earlier",
            out());

    assertThat(result.exit()).as(result.err()).isZero();
    assertThat(server.calls().get(2).call().lastUserMessage())
        .contains("   keep apart from: ")
        .contains("   there already, not to be repeated or varied by a letter: my Glaucoma; bad");
    assertThat(result.out()).contains("0 mentions of 2 entities");
  }

  @Test
  void aThirdRoundIsShownBothBefore() throws IOException {
    rpdr("--out", out());
    rpdr("--out", out());
    Path second = folder.resolve("second.jsonl");
    Files.writeString(second, Files.readString(Path.of(out())).replace("my ", "our "));

    Result result =
        rpdr(
            "--out",
            folder.resolve("third.jsonl").toString(),
            "--earlier",
            out(),
            "--earlier",
            second.toString());

    assertThat(result.exit()).as(result.err()).isZero();
    assertThat(server.calls().get(2).call().lastUserMessage())
        .contains("varied by a letter: my Glaucoma; bad Glaucoma; our Glaucoma\n");
  }

  @Test
  void whatIsWrongIsNamed() throws IOException {
    Path only = Files.writeString(folder.resolve("only.txt"), "X99\n");

    assertThat(rpdr().err()).contains("--out FILE is needed");
    assertThat(rpdr("--out", out(), "--only", only.toString()).err())
        .contains("'X99' is not in the knowledge base");
    assertThat(rpdr("--out", out(), "--entities-per-prompt", "0").err())
        .contains("must be >= 1, not 0");
    assertThat(rpdr("--out", out(), "--near", "-1").err()).contains("must be >= 1, not -1");
    assertThat(rpdr("--out", out(), "--near", "1", "--near-by", "tfidf:none").err())
        .contains("none");
    assertThat(rpdr("--out", out(), "--earlier", only.toString()).err())
        .contains("rpdr-written-mentions");
    rpdr("--out", out());
    Result other = rpdr("--out", out(), "--template", "zh");
    assertThat(other.exit()).isEqualTo(1);
    assertThat(other.err()).contains("belongs to another writer");
  }
}
