package dev.rpdr.cli;

import dev.rpdr.cli.experiment.Experiment;
import dev.rpdr.eval.Report;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "experiment",
    mixinStandardHelpOptions = true,
    description = {
      "Runs an experiment that a YAML file describes and writes report.json, report.md, predictions and trained students.",
      "Run again with the same folder, it goes on where it was interrupted: finished students and indexes are used again."
    })
final class ExperimentCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Parameters(
      paramLabel = "FILE",
      description = "the experiment, such as experiments/askapatient.yaml")
  private Path file = Path.of("");

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DIR",
      description = "the folder that the experiment's files are named relative to")
  private Path data = Path.of("");

  @Option(names = "--out", required = true, paramLabel = "DIR", description = "where results go")
  private Path out = Path.of("");

  @Override
  public Integer call() {
    Report report;
    try (ProgressBars progress = new ProgressBars(System.err)) {
      report = Experiment.read(file, data, out, progress).run();
    }
    if (spec == null) {
      throw new IllegalStateException("picocli sets the spec before it calls");
    }
    spec.commandLine().getOut().println(report.markdown());
    spec.commandLine()
        .getOut()
        .println("Written to " + out + ": report.json, report.md, predictions/, students/");
    return 0;
  }
}
