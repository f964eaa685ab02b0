package dev.rpdr.teacher.journal;

import static com.github.tomakehurst.wiremock.client.WireMock.matching;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
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
import java.util.List;
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
  private static final String LATE_MENTION = "(?s).*<mention>mention 1\\d\\d</mention>.*";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path folder;
  private OpenAiServer server;
  private OpenAiServer serverOfRestart;

  @BeforeEach
  void start() {
    server = new OpenAiServer();
    server.stub(OpenAiServer.chat().willReturn(answerAfter(10)));
    server.stub(
        OpenAiServer.chat()
            .atPriority(1)
            .withRequestBody(matching(LATE_MENTION))
            .willReturn(answerAfter(5000)));
    serverOfRestart = new OpenAiServer();
    serverOfRestart.stub(OpenAiServer.chat().willReturn(answerAfter(10)));
  }

  @AfterEach
  void stop() {
    server.close();
    serverOfRestart.close();
  }

  private static ResponseDefinitionBuilder answerAfter(int milliseconds) {
    return OpenAiServer.answer("B > C > A", "stop").withFixedDelay(milliseconds);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void theRestartAsksForExactlyWhatIsMissing(int concurrency) throws Exception {
    Path journal = folder.resolve("journal.jsonl");

    Process first = teach(journal, server, concurrency);
    waitForAnswers(journal, first);
    assertThatExceptionOfType(NonRetriableException.class)
        .isThrownBy(() -> FileJournal.open(journal))
        .withMessageContaining("is open in another process (process " + first.pid() + ", since 20")
        .withMessageEndingWith("Z); one writer at a time");
    first.destroyForcibly();
    assertThat(first.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(first.exitValue()).as("killed, not ended").isNotZero();
    List<String> kept = recorded(journal);

    Process second = teach(journal, serverOfRestart, concurrency);
    assertThat(second.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(second.exitValue()).as(log()).isZero();

    assertThat(kept).hasSizeBetween(KILL_AT, MENTIONS - 1);
    assertThat(server.mentions())
        .as("under way when killed is no more than the concurrency")
        .doesNotHaveDuplicates()
        .containsAll(kept)
        .hasSizeBetween(kept.size(), kept.size() + concurrency);
    List<String> all =
        IntStream.range(0, MENTIONS).mapToObj(TeachMain::mention).map(Mention::text).toList();
    List<String> missing = all.stream().filter(mention -> !kept.contains(mention)).toList();
    assertThat(serverOfRestart.mentions()).containsExactlyInAnyOrderElementsOf(missing);
    assertThat(recorded(journal)).containsExactlyInAnyOrderElementsOf(all);

    TeachMain.main(arguments(journal, serverOfRestart, concurrency));
    assertThat(serverOfRestart.mentions()).as("a third run asks nothing").hasSize(missing.size());
    for (Ranking ranking : RecordedTeacher.read(journal).rankings()) {
      assertThat(ranking.ids()).containsExactly("2", "3", "1");
      assertThat(ranking.outcome()).isEqualTo(Outcome.ANSWERED);
    }
  }

  private Process teach(Path journal, OpenAiServer asked, int concurrency) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                TeachMain.class.getName()));
    command.addAll(List.of(arguments(journal, asked, concurrency)));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
        .start();
  }

  private static String[] arguments(Path journal, OpenAiServer asked, int concurrency) {
    return new String[] {
      journal.toString(), asked.baseUrl(), Integer.toString(MENTIONS), Integer.toString(concurrency)
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

  private static List<String> recorded(Path journal) {
    return RecordedTeacher.read(journal).rankings().stream().map(r -> r.mention().text()).toList();
  }

  private String log() throws IOException {
    Path log = folder.resolve("log");
    return Files.exists(log) ? Files.readString(log) : "";
  }
}
