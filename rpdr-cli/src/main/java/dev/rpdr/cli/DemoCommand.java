package dev.rpdr.cli;

import dev.rpdr.cli.demo.Demo;
import dev.rpdr.cli.demo.DemoLanguage;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "Shows the whole way on a small example that comes along: diagnoses with ICD-10 codes in English and Chinese.",
      "Retrieves, teaches from recorded answers, distils a student, compares all three, and links a few mentions."
    })
final class DemoCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--language",
      paramLabel = "en|zh",
      split = ",",
      defaultValue = "en,zh",
      description = "which languages (default: ${DEFAULT-VALUE})")
  private List<DemoLanguage> languages = List.of(DemoLanguage.values());

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "target/demo",
      description = "where journal, students and reports go (default: ${DEFAULT-VALUE})")
  private Path out = Path.of("");

  @Override
  public Integer call() {
    if (spec == null) {
      throw new IllegalStateException("picocli sets the spec before it calls");
    }
    try (ProgressBars progress = new ProgressBars(System.err)) {
      for (DemoLanguage language : languages) {
        new Demo(language, out.resolve(language.name()), progress, spec.commandLine().getOut())
            .run();
      }
    }
    return 0;
  }
}
