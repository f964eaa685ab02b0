package dev.rpdr.benchmarks.teacher;

import dev.rpdr.cli.RpdrCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The command line in a process of its own, as a user starts it, to be killed as the world does.
 */
final class RpdrProcess implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(15);
  private static final int LOOK_MILLIS = 5;

  private final Process process;
  private final Path log;

  private RpdrProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  static RpdrProcess start(List<String> arguments, Path log) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                RpdrCommand.class.getName()));
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().put("OPENAI_API_KEY", "sk-of-the-acceptance");
    builder.environment().remove("OPENAI_BASE_URL");
    try {
      return new RpdrProcess(builder.start(), log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until the journal has this many lines, then kills (SIGKILL where there is one). */
  void killAt(Path journal, long lines) throws InterruptedException {
    Instant until = Instant.now().plus(PATIENCE);
    while (lines(journal) < lines) {
      if (!process.isAlive() || Instant.now().isAfter(until)) {
        throw new IllegalStateException("the process ended too early:\n" + output());
      }
      Thread.sleep(LOOK_MILLIS);
    }
    process.destroyForcibly();
    process.waitFor();
  }

  /** Waits for its end and says how it ended. */
  int end() throws InterruptedException {
    if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      throw new IllegalStateException("the process does not end:\n" + output());
    }
    return process.exitValue();
  }

  String output() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  private static long lines(Path journal) {
    if (!Files.exists(journal)) {
      return 0;
    }
    try {
      long count = 0;
      for (byte b : Files.readAllBytes(journal)) {
        count += b == '\n' ? 1 : 0;
      }
      return count;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
