package dev.rpdr.cli;

import dev.rpdr.RpdrException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The command line. Exit codes: 0 done, 1 failed (with one line that says why), 2 called wrongly.
 * {@code --stack-trace} shows where a failure came from.
 */
@Command(
    name = "rpdr",
    description =
        "Links biomedical mentions to codes: retrieve, teach with a language model once, distil a local re-ranker.",
    mixinStandardHelpOptions = true,
    versionProvider = RpdrCommand.Version.class,
    subcommands = {
      DemoCommand.class,
      TeachCommand.class,
      WriteCommand.class,
      JournalCommand.class,
      DistillCommand.class,
      ExperimentCommand.class,
      LinkCommand.class,
      StudentCommand.class
    })
public final class RpdrCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--stack-trace",
      scope = CommandLine.ScopeType.INHERIT,
      description = "On failure, show where it came from.")
  private boolean stackTrace;

  /** Runs the command line and ends the process. */
  public static void main(String[] args) {
    System.exit(run(args));
  }

  /** Runs the command line and returns its exit code. */
  public static int run(String... args) {
    RpdrCommand root = new RpdrCommand();
    CommandLine line = new CommandLine(root).setCaseInsensitiveEnumValuesAllowed(true);
    line.setExecutionExceptionHandler(
        (exception, command, parsed) -> {
          boolean expected =
              exception instanceof RpdrException
                  || exception instanceof IllegalArgumentException
                  || exception instanceof IllegalStateException;
          command
              .getErr()
              .println(
                  command
                      .getColorScheme()
                      .errorText(
                          "rpdr: " + (expected ? exception.getMessage() : exception.toString())));
          if (root.stackTrace || !expected) {
            exception.printStackTrace(command.getErr());
          }
          return 1;
        });
    return line.execute(args);
  }

  @Override
  public Integer call() {
    if (spec == null) {
      throw new IllegalStateException("picocli sets the spec before it calls");
    }
    throw new ParameterException(
        spec.commandLine(),
        "a command is needed: demo, teach, write, journal, distill, experiment, link or student");
  }

  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = RpdrCommand.class.getPackage().getImplementationVersion();
      return new String[] {"rpdr " + (version == null ? "(not packaged)" : version)};
    }
  }
}
