package dev.rpdr.teacher.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rpdr.teacher.OpenAiServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process whose files the operating system lets grow to a limit only, as on a full disk. */
class LimitedDiskTest {
  private static final int MENTIONS = 60;
  private static final int LIMIT_KIB = 16;
  private static final Path BASH = Path.of("/bin/bash");

  @TempDir Path folder;

  @Test
  void theRunEndsWithAClearErrorTheFileIsSoundAndTheNextRunGoesOn() throws Exception {
    assumeTrue(Files.isExecutable(BASH), "no bash, and with it no limit on the size of files");
    Path journal = folder.resolve("journal.jsonl");
    try (OpenAiServer server = new OpenAiServer()) {
      server.answers("B > C > A");

      String output = teachLimited(journal, server);

      assertThat(output)
          .contains("NonRetriableException: cannot write to the journal " + journal)
          .contains("it holds all earlier answers");
      assertThat(Files.size(journal)).isLessThanOrEqualTo(LIMIT_KIB * 1024L);
      JournalCheck check = JournalCheck.of(journal);
      assertThat(check.faults()).isEmpty();
      assertThat(check.records()).isBetween(5L, MENTIONS - 1L);

      TeachMain.main(
          new String[] {journal.toString(), server.baseUrl(), Integer.toString(MENTIONS), "1"});

      assertThat(RecordedTeacher.read(journal).size()).isEqualTo(MENTIONS);
      assertThat(server.mentions()).as("one answer was paid for and lost").hasSize(MENTIONS + 1);
    }
  }

  private String teachLimited(Path journal, OpenAiServer server)
      throws IOException, InterruptedException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Process process =
        new ProcessBuilder(
                BASH.toString(),
                "-c",
                "ulimit -f " + LIMIT_KIB + " && exec \"$@\"",
                "bash",
                java,
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                TeachMain.class.getName(),
                journal.toString(),
                server.baseUrl(),
                Integer.toString(MENTIONS),
                "1")
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(output).isEqualTo(1);
    return output;
  }
}
