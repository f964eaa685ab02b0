package dev.rpdr.benchmarks.teacher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code bin/rpdr acceptance}: what teaching must show, each by one command, against a fake server
 * on this machine. Exit code 1 where something is wrong.
 */
@Command(
    name = "rpdr acceptance",
    mixinStandardHelpOptions = true,
    description = "Shows that teaching keeps its promises, against a fake server on this machine.")
public final class TeacherAcceptance implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  private TeacherAcceptance() {}

  /** Runs one of them and ends the process. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new TeacherAcceptance()).execute(args));
  }

  @Override
  public Integer call() {
    throw new ParameterException(
        spec().commandLine(), "say which: killed, throughput, budget, estimate or corruptions");
  }

  @Command(
      name = "killed",
      mixinStandardHelpOptions = true,
      description =
          "2,000 mentions, 10 %% 429, 5 %% 500, 2 %% timeouts, 5 %% malformed bodies, three kill -9.")
  int killed() throws IOException, InterruptedException {
    return tell(KilledRuns.whole().run(folder()));
  }

  @Command(
      name = "throughput",
      mixinStandardHelpOptions = true,
      description = "32 requests at once, a server that takes 200 ms.")
  int throughput() throws IOException, InterruptedException {
    return tell(Throughput.whole().run(folder()));
  }

  @Command(
      name = "budget",
      mixinStandardHelpOptions = true,
      description = "Runs that stop at a budget, with 1, 8 and 32 requests at once.")
  int budget() {
    return tell(Budgets.run());
  }

  @Command(
      name = "estimate",
      mixinStandardHelpOptions = true,
      description = "Estimate and bill on the recorded sets, asked again through the fake server.")
  int estimate(
      @Option(
              names = "--data",
              required = true,
              paramLabel = "DIR",
              description = "where teacher/*.jsonl lie")
          Path data,
      @Option(
              names = "--tokenizer",
              paramLabel = "DIR",
              description =
                  "also with another model's tokenizer at the server, which the estimate does not know")
          @Nullable Path tokenizer) {
    return tell(Estimates.run(data, tokenizer));
  }

  @Command(
      name = "corruptions",
      mixinStandardHelpOptions = true,
      description = "Spoilt answers of a language model, read by the parser: the set stays closed.")
  int corruptions(
      @Option(
              names = "--answers",
              defaultValue = "100000",
              paramLabel = "N",
              description = "how many (default: ${DEFAULT-VALUE})")
          int answers,
      @Option(
              names = "--seed",
              defaultValue = "42",
              paramLabel = "N",
              description = "of all that is random (default: ${DEFAULT-VALUE})")
          long seed) {
    return tell(Corruptions.run(answers, seed));
  }

  private static Path folder() throws IOException {
    return Files.createTempDirectory("rpdr-acceptance");
  }

  private int tell(Checks checks) {
    var out = spec().commandLine().getOut();
    checks.lines().forEach(out::println);
    out.println(checks.passed() ? "passed" : "FAILED");
    out.flush();
    return checks.passed() ? 0 : 1;
  }

  private CommandSpec spec() {
    if (spec == null) {
      throw new IllegalStateException("picocli sets the spec before it calls");
    }
    return spec;
  }
}
