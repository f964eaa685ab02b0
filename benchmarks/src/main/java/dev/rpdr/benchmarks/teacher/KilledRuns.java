package dev.rpdr.benchmarks.teacher;

import dev.rpdr.Mention;
import dev.rpdr.Ranking;
import dev.rpdr.teacher.cost.TokenCounter;
import dev.rpdr.teacher.journal.JournalCheck;
import dev.rpdr.teacher.journal.JournalSummary;
import dev.rpdr.teacher.journal.RecordedTeacher;
import dev.rpdr.testkit.Fault;
import dev.rpdr.testkit.Faults;
import dev.rpdr.testkit.openai.FakeOpenAiServer;
import dev.rpdr.testkit.openai.ServedCall;
import dev.rpdr.testkit.openai.ServerCounts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code rpdr teach} against a faulty server, killed in the middle and started again.
 *
 * @param mentions how many
 * @param concurrency requests under way at once
 * @param kills after how many answers the process is killed, each time anew
 * @param latency of the server
 * @param timeout of the client, long enough for a busy machine
 * @param faults of the server
 */
record KilledRuns(
    int mentions,
    int concurrency,
    List<Integer> kills,
    Duration latency,
    Duration timeout,
    Faults faults) {
  private static final String MODEL = "gpt-4o";
  private static final String SNAPSHOT = "gpt-4o-2024-08-06";
  private static final long SEED = 20_261_124;
  private static final Pattern BILL =
      Pattern.compile(
          "bill: \\S+: (\\d+) requests, (\\d+) mentions, (\\d+) \\+ (\\d+) tokens, (\\S+) USD");

  /** What the issue asks for. */
  static KilledRuns whole() {
    Duration timeout = Duration.ofSeconds(5);
    return new KilledRuns(
        2_000,
        16,
        List.of(300, 900, 1_500),
        Duration.ofMillis(20),
        timeout,
        Faults.seeded(SEED)
            .with(Fault.RATE_LIMIT, 0.10)
            .with(Fault.SERVER_ERROR, 0.05)
            .with(Fault.TIMEOUT, 0.02)
            .with(Fault.MALFORMED_BODY, 0.05)
            .withHang(timeout.multipliedBy(2)));
  }

  KilledRuns {
    kills = List.copyOf(kills);
  }

  Checks run(Path folder) throws InterruptedException {
    Work work = Work.write(folder, mentions);
    TokenCounter counter = TokenCounter.of(MODEL);
    try (FakeOpenAiServer server =
        FakeOpenAiServer.builder()
            .faults(faults)
            .latency(latency)
            .snapshot(SNAPSHOT)
            .tokens(counter::count)
            .start()) {
      List<String> command =
          work.command(
              server.baseUrl(),
              MODEL,
              "--concurrency",
              Integer.toString(concurrency),
              "--timeout",
              Double.toString(timeout.toMillis() / 1000.0),
              "--retry-wait",
              "0.05");
      for (int kill = 0; kill < kills.size(); kill++) {
        try (RpdrProcess process =
            RpdrProcess.start(command, folder.resolve("run-" + kill + ".log"))) {
          process.killAt(work.journal(), kills.get(kill) + 1L);
        }
      }
      try (RpdrProcess last = RpdrProcess.start(command, folder.resolve("run-last.log"))) {
        Checks checks = new Checks();
        checks.equal("exit code of the last run", 0, last.end());
        check(checks, work, server, last.output(), counter);
        return checks;
      }
    }
  }

  private void check(
      Checks checks, Work work, FakeOpenAiServer server, String output, TokenCounter counter) {
    ServerCounts counts = server.counts();
    checks.note("server: " + counts);
    JournalCheck journal = JournalCheck.of(work.journal());
    checks.check(journal.isSound(), "the journal is sound: " + journal.lines());
    checks.equal("records", (long) mentions, journal.records());
    checks.equal("different mentions in them", mentions, asked(work).size());
    checks.equal(
        "requests = answers + faults, none refused (" + counts.requests() + ")",
        counts.requests(),
        counts.answers() + counts.failures() + counts.refused());
    checks.equal("refused", 0L, counts.refused());
    long faults = counts.faults().values().stream().mapToLong(Long::longValue).sum();
    checks.equal("faults counted by kind", counts.failures(), faults);

    long lost = counts.answers() - mentions;
    int most = kills.size() * concurrency;
    checks.check(
        lost >= 0 && lost <= most,
        "answers whose process was killed: " + lost + ", at most " + most);
    long lostInput = 0;
    long lostOutput = 0;
    Set<String> seen = new HashSet<>();
    for (ServedCall call : server.calls()) {
      if (call.answer() != null && !seen.add(call.call().mention().orElseThrow())) {
        lostInput += call.inputTokens();
        lostOutput += call.outputTokens();
      }
    }
    JournalSummary.Tokens tokens = JournalSummary.of(work.journal()).tokens();
    checks.equal(
        "input tokens, journal = server less those of lost answers (" + lostInput + ")",
        counts.inputTokens() - lostInput,
        tokens.input());
    checks.equal(
        "output tokens, journal = server less those of lost answers (" + lostOutput + ")",
        counts.outputTokens() - lostOutput,
        tokens.output());
    Matcher bill = BILL.matcher(output);
    checks.check(bill.find(), "the last run prints a bill");
    if (bill.reset().find()) {
      checks.note(bill.group() + " (tokens counted by " + counter.name() + " at the server)");
      checks.equal("requests on the bill", Long.toString(mentions), bill.group(1));
      checks.equal("input tokens on the bill", Long.toString(tokens.input()), bill.group(3));
      checks.equal("output tokens on the bill", Long.toString(tokens.output()), bill.group(4));
    }
  }

  private static Set<String> asked(Work work) {
    Set<String> asked = new HashSet<>();
    RecordedTeacher.read(work.journal()).rankings().stream()
        .map(Ranking::mention)
        .map(Mention::text)
        .forEach(asked::add);
    return asked;
  }
}
