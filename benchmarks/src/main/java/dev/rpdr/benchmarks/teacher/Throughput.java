package dev.rpdr.benchmarks.teacher;

import dev.rpdr.testkit.openai.FakeOpenAiServer;
import dev.rpdr.testkit.openai.ServerCounts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/**
 * {@code rpdr teach} against a server that takes its time: how near the requests come to the ideal
 * of concurrency / latency, measured at the server from the first request to the last answer. Every
 * answer is forced to disk meanwhile.
 *
 * @param mentions how many
 * @param concurrency requests under way at once
 * @param latency of the server
 */
record Throughput(int mentions, int concurrency, Duration latency) {
  private static final double LEAST = 0.9;
  private static final double NANOS = 1e9;

  /** What the issue asks for. */
  static Throughput whole() {
    return new Throughput(6_400, 32, Duration.ofMillis(200));
  }

  Checks run(Path folder) throws InterruptedException {
    Work work = Work.write(folder, mentions);
    Checks checks = new Checks();
    try (FakeOpenAiServer server = FakeOpenAiServer.builder().latency(latency).start();
        RpdrProcess process =
            RpdrProcess.start(
                work.command(
                    server.baseUrl(), "gpt-4o", "--concurrency", Integer.toString(concurrency)),
                folder.resolve("run.log"))) {
      checks.equal("exit code", 0, process.end());
      ServerCounts counts = server.counts();
      double rate = counts.answers() / (counts.busy().toNanos() / NANOS);
      double ideal = concurrency / (latency.toNanos() / NANOS);
      checks.equal("answers", (long) mentions, counts.answers());
      checks.equal("requests at once, at most", concurrency, counts.mostAtOnce());
      checks.check(
          rate >= LEAST * ideal,
          String.format(
              Locale.ROOT,
              "%.1f requests/s at the server, %.1f %% of the ideal %.0f; at least 90 %% are needed",
              rate,
              100 * rate / ideal,
              ideal));
    }
    return checks;
  }
}
