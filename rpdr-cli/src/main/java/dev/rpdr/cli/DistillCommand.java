package dev.rpdr.cli;

import dev.rpdr.StudentReranker;
import dev.rpdr.StudentTrainer;
import dev.rpdr.TrainingSet;
import dev.rpdr.cli.distill.Learnt;
import dev.rpdr.cli.distill.Lesson;
import dev.rpdr.distill.StudentKind;
import dev.rpdr.distill.train.TrainingFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "distill",
    mixinStandardHelpOptions = true,
    description = {
      "Trains a student on a teacher's rankings, or writes them as training files for other engines.",
      "A training that broke off goes on where it was when the same command is given again (not"
          + " that of a bi-encoder, which begins anew)."
    })
final class DistillCommand implements Callable<Integer> {
  private static final int MOST_HELD_OUT = 100;
  private static final int ONE_IN = 20;
  private static final String LLAMA_FACTORY = "llama-factory";

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--rankings",
      required = true,
      split = ",",
      paramLabel = "FILE",
      description = "the teacher's journal, or rankings recorded as JSON lines; several by commas")
  private List<Path> rankings = List.of();

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description =
          "the student's folder: new, empty, or that of an older student; with --export"
              + " where the training files go")
  private Path out = Path.of("");

  @Mixin private StudentOptions options = new StudentOptions();

  @Option(
      names = "--held-out",
      paramLabel = "N",
      description =
          "rankings kept from the student, to see what it learnt from the others (default: one in"
              + " 20, at most 100)")
  private @Nullable Integer heldOut;

  @Option(
      names = "--export",
      paramLabel = "FORMAT",
      description =
          "train nothing; write the rankings as alpaca, sharegpt, openai, or llama-factory (all"
              + " three, dataset_info.json and a run to start)")
  private @Nullable String export;

  @Option(
      names = "--chat-template",
      paramLabel = "NAME",
      description = "llama-factory's name of the model's template, such as llama3 or qwen")
  private @Nullable String chatTemplate;

  @Override
  public Integer call() {
    StudentOptions.Wanted wanted = options.wanted();
    if (export != null) {
      return export(export, wanted);
    }
    if (wanted == null) {
      throw new IllegalArgumentException(
          "say what is trained, --student KIND:MODEL with one of the kinds "
              + StudentOptions.kinds()
              + "; or --export for training files");
    }
    return distill(wanted, options.trainer(wanted));
  }

  private int distill(StudentOptions.Wanted wanted, StudentTrainer trainer) {
    Lesson all = Lesson.read(rankings);
    int number =
        heldOut == null ? Math.min(MOST_HELD_OUT, all.training().size() / ONE_IN) : heldOut;
    Lesson lesson = all.holdOut(number, options.seed());
    TrainingSet training = lesson.training();
    print(
        "teacher: " + training.provenance().facts().get("teacher"),
        "learning from "
            + training.size()
            + " rankings, "
            + lesson.heldOut().size()
            + " held out; seed "
            + options.seed());
    long start = System.nanoTime();
    try (ProgressBars bars = new ProgressBars(System.err);
        StudentReranker student = trainer.train(training, out, bars)) {
      bars.finish();
      print(
          wanted.kind().label()
              + " trained in "
              + time(Duration.ofNanos(System.nanoTime() - start))
              + ": "
              + out);
      if (!lesson.heldOut().isEmpty()) {
        print(Learnt.of(student, lesson.heldOut()).line());
      }
    }
    print(
        "next: bin/rpdr link --kb FILE --student "
            + out
            + (wanted.kind() == StudentKind.BI_ENCODER ? "" : " --retriever WHAT")
            + " < mentions.txt");
    return 0;
  }

  private int export(String name, StudentOptions.@Nullable Wanted wanted) {
    TrainingFiles files = new TrainingFiles(options.template(), options.sampling(), options.seed());
    if (!name.equals(LLAMA_FACTORY)) {
      TrainingFiles.Format format = format(name);
      int examples = files.write(Lesson.read(rankings).training(), out, format);
      print(examples + " examples written to " + out.resolve(format.file()));
      return 0;
    }
    if (wanted == null || wanted.kind() != StudentKind.LLM || chatTemplate == null) {
      throw new IllegalArgumentException(
          "--export "
              + LLAMA_FACTORY
              + " needs --student llm:MODEL, which it is to train, and"
              + " --chat-template NAME");
    }
    int examples = files.write(Lesson.read(rankings).training(), out, wanted.model(), chatTemplate);
    print(
        examples + " examples written to " + out,
        "next: cd " + out + " && llamafactory-cli train lora-sft.yaml");
    return 0;
  }

  private static TrainingFiles.Format format(String name) {
    for (TrainingFiles.Format format : TrainingFiles.Format.values()) {
      if (format.label().equals(name)) {
        return format;
      }
    }
    throw new IllegalArgumentException(
        "--export '"
            + name
            + "' is unknown; known are alpaca, sharegpt, openai and "
            + LLAMA_FACTORY);
  }

  private static String time(Duration duration) {
    long seconds = duration.toSeconds();
    return seconds < 120
        ? seconds + " s"
        : duration.toMinutes() + " min " + duration.toSecondsPart() + " s";
  }

  private void print(String... lines) {
    Printed.lines(spec, lines);
  }
}
