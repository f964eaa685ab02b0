package dev.rpdr.cli;

import dev.rpdr.StudentReranker;
import dev.rpdr.distill.StudentQuantizer;
import dev.rpdr.distill.Students;
import dev.rpdr.distill.llm.LlmStudent;
import dev.rpdr.nn.train.Int8;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "student",
    mixinStandardHelpOptions = true,
    subcommands = {FuseCommand.class, CascadeCommand.class, ParityCommand.class},
    description = "Shows, verifies, joins and shrinks trained students, and compares served ones.")
final class StudentCommand implements Callable<Integer> {
  private static final double MEGABYTE = 1e6;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    throw new ParameterException(
        spec().commandLine(),
        "a command is needed: info, verify, fuse, cascade, quantize, gguf or parity");
  }

  @Command(
      name = "info",
      mixinStandardHelpOptions = true,
      description = "Shows what a student's folder says about itself; its files are not read.")
  int info(@Parameters(paramLabel = "DIR", description = "the student's folder") Path folder) {
    Students.describe(folder).facts().forEach(this::line);
    return 0;
  }

  @Command(
      name = "verify",
      mixinStandardHelpOptions = true,
      description =
          "Compares all files of a student with their hashes and opens it. Exit code 1 where anything is wrong.")
  int verify(@Parameters(paramLabel = "DIR", description = "the student's folder") Path folder) {
    try (StudentReranker student = Students.open(folder)) {
      line("verified", folder + " opens, and its files are those that were saved");
      String sha256 = student.provenance().facts().get("student.sha256");
      if (sha256 != null) {
        line("sha256", sha256);
      }
    }
    return 0;
  }

  @Command(
      name = "quantize",
      mixinStandardHelpOptions = true,
      description =
          "Makes a smaller student with 8-bit matrices. Measure it: its scores differ a little.")
  int quantize(
      @Parameters(paramLabel = "DIR", description = "the student's folder, which stays as it is")
          Path folder,
      @Parameters(paramLabel = "TARGET", description = "where the smaller one goes; a new folder")
          Path target) {
    Int8.Result result = StudentQuantizer.quantize(folder, target);
    line(
        "quantised",
        String.format(
            Locale.ROOT,
            "%d matrices; model.onnx %.1f MB, before %.1f MB",
            result.matrices(),
            result.bytesAfter() / MEGABYTE,
            result.bytesBefore() / MEGABYTE));
    return 0;
  }

  @Command(
      name = "gguf",
      mixinStandardHelpOptions = true,
      description =
          "Writes a language model's adapter for llama.cpp and Ollama. vLLM serves the folder as it is.")
  int gguf(
      @Parameters(paramLabel = "DIR", description = "the student's folder") Path folder,
      @Parameters(paramLabel = "FILE", description = "where the adapter goes") Path file,
      @Option(
              names = "--checkpoint",
              paramLabel = "PATH",
              description = "where the checkpoint lies now, if not where it was in training")
          @Nullable Path checkpoint) {
    if (checkpoint == null) {
      LlmStudent.writeGguf(folder, file);
    } else {
      LlmStudent.writeGguf(folder, checkpoint, file);
    }
    line("written", file + "; llama-server -m CHECKPOINT.gguf --lora " + file);
    return 0;
  }

  private void line(String name, String value) {
    spec().commandLine().getOut().println(name + ": " + value);
  }

  private CommandSpec spec() {
    if (spec == null) {
      throw new IllegalStateException("picocli sets the spec before it calls");
    }
    return spec;
  }
}
