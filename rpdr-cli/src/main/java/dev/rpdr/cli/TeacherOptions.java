package dev.rpdr.cli;

import dev.rpdr.cli.teach.Teaching;
import dev.rpdr.teacher.AnswerFormat;
import dev.rpdr.teacher.LangChain4jTeacher;
import dev.rpdr.teacher.OpenAiTeachers;
import dev.rpdr.teacher.call.CallGuard;
import dev.rpdr.teacher.journal.RecordedTeacher;
import dev.rpdr.teacher.prompt.Example;
import dev.rpdr.teacher.prompt.PromptTemplate;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which language model ranks, and how it is asked to. */
final class TeacherOptions {
  @Mixin private ModelOptions model = new ModelOptions();

  @Option(
      names = "--template",
      paramLabel = "en|zh|FILE",
      defaultValue = "en",
      description = "the prompt: English, Chinese, or a template file (default: ${DEFAULT-VALUE})")
  private String template = "en";

  @Option(
      names = "--examples",
      paramLabel = "FILE",
      description =
          "few-shot examples instead of the template's own: JSON lines of mention, candidates and ranking, or a journal")
  private @Nullable Path examples;

  @Option(
      names = "--top",
      paramLabel = "N",
      description = "how many candidates the model is asked to rank (default: all)")
  private @Nullable Integer top;

  @Option(
      names = "--answers",
      paramLabel = "text|json-schema",
      description = "the form of answers (default: a JSON schema where that is known to work)")
  private @Nullable String answers;

  @Option(
      names = "--group",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "how many mentions a prompt has: fewer tokens a mention, and perhaps worse rankings (default: ${DEFAULT-VALUE})")
  private int group = 1;

  @Option(
      names = "--votes",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "in how many shuffled orders of its candidates each mention is ranked, at N times the cost; the votes' agreement is kept as confidence (default: ${DEFAULT-VALUE})")
  private int votes = 1;

  private PromptTemplate template() {
    PromptTemplate prompt =
        switch (template) {
          case "en" -> PromptTemplate.english();
          case "zh" -> PromptTemplate.chinese();
          default -> PromptTemplate.load(Path.of(template));
        };
    return examples == null ? prompt : prompt.withExamples(read(examples));
  }

  private static List<Example> read(Path file) {
    return RecordedTeacher.read(file).rankings().stream().map(Example::new).toList();
  }

  /** Which model is asked. */
  ModelOptions model() {
    return model;
  }

  /**
   * The teacher that these options describe.
   *
   * @param dryRun whether it is never asked, and so needs no key
   */
  Teaching teaching(CallGuard guard, boolean dryRun) {
    return new Teaching(teacher(template(), guard, dryRun), group, votes);
  }

  private LangChain4jTeacher teacher(PromptTemplate prompt, CallGuard guard, boolean dryRun) {
    OpenAiTeachers.Builder builder = model.teacher(prompt, guard, dryRun);
    if (top != null) {
      builder.top(top);
    }
    if (answers != null) {
      builder.answers(format(answers));
    }
    return builder.build();
  }

  private static AnswerFormat format(String key) {
    for (AnswerFormat format : AnswerFormat.values()) {
      if (format.key().equals(key)) {
        return format;
      }
    }
    throw new IllegalArgumentException(
        "--answers '" + key + "' is unknown; known are text, json-schema");
  }
}
