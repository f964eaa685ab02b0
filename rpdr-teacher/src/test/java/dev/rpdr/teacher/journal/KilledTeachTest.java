package dev.rpdr.teacher.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.rpdr.Mention;
import dev.rpdr.NonRetriableException;
import dev.rpdr.Outcome;
import dev.rpdr.Ranking;
import dev.rpdr.teacher.OpenAiServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * kill -9 in the middle of teaching. Requests are counted at the server. What is in the journal is
 * never asked for again; what was under way when the process died, at most as many requests as its
 * concurrency, is.
 */
class KilledTeachTest {
  private static final int MENTIONS = 150;
  private static final int KILL_AT = 50;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path folder;
  private OpenAiServer server;

  @BeforeEach
  void start() {
    server = new OpenAiServer();
    server.stub(
        OpenAiServer.chat()
            .willReturn(OpenAiServer.answer("B > C > A", "stop").withFixedDelay(10)));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void theRestartAsksForExactlyWhatIsMissing(int concurrency) throws Exception {
    Path journal = folder.resolve("journal.jsonl");

    Process first = teach(journal, concurrency);
    waitForAnswers(journal, first);
    assertThatExceptionOfType(NonRetriableException.class)
        .isThrownBy(() -> FileJournal.open(journal))
        .withMessageContaining("is open in another process (process " + first.pid() + ", since 20")
        .withMessageEndingWith("Z); one writer at a time");
    first.destroyForcibly();
    assertThat(first.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(first.exitValue()).as("killed, not ended").isNotZero();
    List<String> kept = recorded(journal);
    List<String> askedAtFirst = settled();

    Process second = teach(journal, concurrency);
    assertThat(second.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(second.exitValue()).as(log()).isZero();
    List<String> all = settled();

    int lost = askedAtFirst.size() - kept.size();
    assertThat(kept).hasSizeBetween(KILL_AT, MENTIONS - 1);
    assertThat(lost).as("under way when killed").isBetween(0, concurrency);
    assertThat(all.size() - askedAtFirst.size())
        .as("requests of the restart")
        .isEqualTo(MENTIONS - kept.size());
    assertThat(all).as("requests in all").hasSize(MENTIONS + lost);
    List<String> twice = repeated(all);
    assertThat(twice).hasSize(lost).doesNotContainAnyElementsOf(kept);
    assertThat(recorded(journal))
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, MENTIONS).mapToObj(TeachMain::mention).map(Mention::text).toList());

    TeachMain.main(arguments(journal, concurrency));
    assertThat(server.mentions()).as("a third run asks nothing").hasSize(all.size());
    for (Ranking ranking : RecordedTeacher.read(journal).rankings()) {
      assertThat(ranking.ids()).containsExactly("2", "3", "1");
      assertThat(ranking.outcome()).isEqualTo(Outcome.ANSWERED);
    }
  }

  private Process teach(Path journal, int concurrency) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                TeachMain.class.getName()));
    command.addAll(List.of(arguments(journal, concurrency)));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
        .start();
  }

  private String[] arguments(Path journal, int concurrency) {
    return new String[] {
      journal.toString(),
      server.baseUrl(),
      Integer.toString(MENTIONS),
      Integer.toString(concurrency)
    };
  }

  private void waitForAnswers(Path journal, Process process) throws Exception {
    Instant until = Instant.now().plus(PATIENCE);
    while (!Files.exists(journal) || Files.readAllLines(journal).size() <= KILL_AT) {
      assertThat(process.isAlive()).as(log()).isTrue();
      assertThat(Instant.now()).as(log()).isBefore(until);
      Thread.sleep(2);
    }
  }

  /** What the server was asked, once it has written down what it still had in hand. */
  private List<String> settled() throws InterruptedException {
    List<String> before;
    List<String> now = server.mentions();
    do {
      before = now;
      Thread.sleep(300);
      now = server.mentions();
    } while (now.size() > before.size());
    return now;
  }

  private static List<String> recorded(Path journal) {
    return RecordedTeacher.read(journal).rankings().stream().map(r -> r.mention().text()).toList();
  }

  private static List<String> repeated(List<String> mentions) {
    Set<String> seen = new HashSet<>();
    List<String> repeated = new ArrayList<>();
    for (String mention : mentions) {
      if (!seen.add(mention)) {
        repeated.add(mention);
      }
    }
    return repeated;
  }

  private String log() throws IOException {
    Path log = folder.resolve("log");
    return Files.exists(log) ? Files.readString(log) : "";
  }
}
