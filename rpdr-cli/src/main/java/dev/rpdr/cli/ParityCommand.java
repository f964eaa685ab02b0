package dev.rpdr.cli;

import dev.rpdr.CandidateList;
import dev.rpdr.Ranking;
import dev.rpdr.cli.parity.ServerKind;
import dev.rpdr.distill.llm.LlmStudent;
import dev.rpdr.distill.llm.ParityReport;
import dev.rpdr.distill.llm.ServedParity;
import dev.rpdr.nn.RunOptions;
import dev.rpdr.teacher.ApiKeys;
import dev.rpdr.teacher.ChatModelStudent;
import dev.rpdr.teacher.OpenAiEndpoint;
import dev.rpdr.teacher.call.CallGuard;
import dev.rpdr.teacher.journal.RecordedTeacher;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "parity",
    mixinStandardHelpOptions = true,
    description = {
      "Compares a language model that was trained here with the same one as a server gives it: the"
          + " prompts that it reads, where the server tells (llama.cpp, vLLM), and its rankings.",
      "Exit code 1 where a prompt differs or fewer first candidates agree than asked for."
    })
final class ParityCommand implements Callable<Integer> {
  private static final String LOCAL = "local";

  @Spec private @Nullable CommandSpec spec;

  @Parameters(paramLabel = "DIR", description = "the student's folder")
  private Path folder = Path.of("");

  @Option(
      names = "--server",
      required = true,
      paramLabel = "KIND",
      description = "vllm, llamacpp, ollama or compatible")
  private String server = "";

  @Option(
      names = "--model",
      required = true,
      paramLabel = "NAME",
      description = "the model or adapter as the server knows it")
  private String model = "";

  @Option(
      names = "--base-url",
      paramLabel = "URL",
      description = "where the server is, with /v1 (default: the usual port of this machine)")
  private @Nullable String baseUrl;

  @Option(
      names = "--key-variable",
      paramLabel = "NAME",
      description = "environment variable that holds the server's key, if it wants one")
  private @Nullable String keyVariable;

  @Option(
      names = "--rankings",
      required = true,
      paramLabel = "FILE",
      description = "whose requests are compared: a journal, or rankings recorded as JSON lines")
  private Path rankings = Path.of("");

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "50",
      description = "the first N of them (default: ${DEFAULT-VALUE})")
  private int limit = 50;

  @Option(
      names = "--least-agreement",
      paramLabel = "SHARE",
      defaultValue = "0.9",
      description = "the least share of equal first candidates (default: ${DEFAULT-VALUE})")
  private double least = .9;

  @Option(
      names = "--checkpoint",
      paramLabel = "PATH",
      description = "where the student's checkpoint lies now, if not where it was trained")
  private @Nullable Path checkpoint;

  @Override
  public Integer call() {
    if (limit < 1 || !(least >= 0 && least <= 1)) {
      throw new IllegalArgumentException(
          "--limit must be >= 1 and --least-agreement 0 to 1, not " + limit + " and " + least);
    }
    ServerKind kind = ServerKind.of(server);
    String address = baseUrl == null ? kind.address() : baseUrl;
    if (address.isEmpty()) {
      throw new IllegalArgumentException("--base-url is needed for a server of kind " + server);
    }
    Supplier<String> key = keyVariable == null ? () -> LOCAL : ApiKeys.fromEnvironment(keyVariable);
    Duration timeout = Duration.ofMinutes(2);
    OpenAiEndpoint endpoint = OpenAiEndpoint.at(address, key, timeout);
    OpenAiEndpoint root = OpenAiEndpoint.at(address.replaceFirst("/v1/?$", ""), key, timeout);
    List<CandidateList> requests =
        RecordedTeacher.read(rankings).rankings().stream()
            .map(Ranking::request)
            .limit(limit)
            .toList();
    ParityReport report;
    RunOptions run = RunOptions.defaults();
    try (ProgressBars bars = new ProgressBars(System.err);
        LlmStudent local =
            checkpoint == null
                ? LlmStudent.open(folder, run)
                : LlmStudent.open(folder, checkpoint, run);
        ChatModelStudent served =
            ChatModelStudent.builder(endpoint.chatModel(model), model, local.dialogue())
                .grammar(kind.grammar())
                .guard(CallGuard.builder().build())
                .build()) {
      report = ServedParity.compare(local, served, kind.prompts(root, model), requests, bars);
    }
    boolean holds = report.holds(least);
    report.lines().forEach(this::print);
    print(holds ? "the served student is the local one" : "the served student is another one");
    return holds ? 0 : 1;
  }

  private void print(String line) {
    if (spec == null) {
      throw new IllegalStateException("picocli sets the spec before it calls");
    }
    spec.commandLine().getOut().println(line);
  }
}
