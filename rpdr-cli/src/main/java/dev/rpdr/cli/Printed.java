package dev.rpdr.cli;

import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/** What commands say on the standard output. */
final class Printed {
  private Printed() {}

  /**
   * Prints lines, at once.
   *
   * @param spec the command's, which picocli has set before it calls
   */
  static void lines(@Nullable CommandSpec spec, String... lines) {
    if (spec == null) {
      throw new IllegalStateException("picocli sets the spec before it calls");
    }
    PrintWriter writer = spec.commandLine().getOut();
    for (String line : lines) {
      writer.println(line);
    }
    writer.flush();
  }
}
