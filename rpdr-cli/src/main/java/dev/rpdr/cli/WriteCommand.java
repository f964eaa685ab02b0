package dev.rpdr.cli;

import dev.rpdr.Entity;
import dev.rpdr.KnowledgeBase;
import dev.rpdr.Mention;
import dev.rpdr.RpdrException;
import dev.rpdr.cli.teach.OrderlyEnd;
import dev.rpdr.io.MentionReader;
import dev.rpdr.teacher.MentionWriter;
import dev.rpdr.teacher.call.CallCounts;
import dev.rpdr.teacher.call.CallGuard;
import dev.rpdr.teacher.call.TeacherListener;
import dev.rpdr.teacher.cost.CostMeter;
import dev.rpdr.teacher.cost.Estimate;
import dev.rpdr.teacher.journal.WrittenMentions;
import dev.rpdr.teacher.prompt.PromptTemplate;
import dev.rpdr.teacher.prompt.WritingTemplate;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "write",
    mixinStandardHelpOptions = true,
    description = {
      "Asks a language model to write mentions of the entities of a knowledge base, once each, and"
          + " keeps every answer: examples for a student, of entities that no unlabelled mention"
          + " speaks of as well.",
      "Run again with the same arguments it asks only for what is missing. --dry-run tells what it"
          + " would cost."
    })
final class WriteCommand implements Callable<Integer> {
  private static final int STYLE_LINES = 60;

  @Spec private @Nullable CommandSpec spec;

  @Mixin private KnowledgeBaseOptions kb = new KnowledgeBaseOptions();

  @Mixin private ModelOptions model = new ModelOptions();

  @Mixin private MoneyOptions money = new MoneyOptions();

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "where answers are kept; needed unless --dry-run")
  private @Nullable Path out;

  @Option(
      names = "--template",
      paramLabel = "en|zh|FILE",
      defaultValue = "en",
      description = "the prompt: English, Chinese, or a template file (default: ${DEFAULT-VALUE})")
  private String template = "en";

  @Option(
      names = "--per-entity",
      paramLabel = "N",
      defaultValue = "6",
      description = "how many mentions of each entity (default: ${DEFAULT-VALUE})")
  private int perEntity = 6;

  @Option(
      names = "--entities-per-prompt",
      paramLabel = "N",
      defaultValue = "20",
      description = "how many entities a prompt has (default: ${DEFAULT-VALUE})")
  private int perPrompt = 20;

  @Option(
      names = "--style",
      paramLabel = "FILE",
      description =
          "unlabelled mentions, one a line, that show how the texts are written; the first "
              + STYLE_LINES
              + " are shown")
  private @Nullable Path style;

  @Option(
      names = "--only",
      paramLabel = "FILE",
      description = "ids of the entities to write for, one a line (default: all)")
  private @Nullable Path only;

  @Option(names = "--dry-run", description = "print the estimate for all entities and ask nothing")
  private boolean dryRun;

  @Override
  public Integer call() {
    if (out == null && !dryRun) {
      throw new IllegalArgumentException("--out FILE is needed: answers are paid for once");
    }
    CostMeter meter = money.meter(model.modelName(), model.isLocal());
    CallGuard guard = money.guard(meter, TeacherListener.NONE);
    List<Entity> entities = entities(kb.read());
    MentionWriter writer = writer(guard);
    if (out == null || dryRun) {
      print(estimate(writer.estimate(entities, meter.prices())));
      print("Nothing was asked (--dry-run).");
      return 0;
    }
    try (WrittenMentions file = WrittenMentions.open(out, writer.identity())) {
      file.spent()
          .forEach(spend -> meter.count(model.modelName(), spend.snapshot(), spend.usage()));
      List<Entity> missing = MentionWriter.missing(entities, file);
      print(
          entities.size()
              + " entities, "
              + (entities.size() - missing.size())
              + " written for before, "
              + missing.size()
              + " to be asked for");
      print(estimate(writer.estimate(missing, meter.prices())));
      OrderlyEnd end = OrderlyEnd.of(guard, model.timeout());
      try {
        int written = writer.write(entities, file);
        print(bill(guard, meter));
        print(
            "in "
                + out
                + ": "
                + file.mentions()
                + " mentions of "
                + written
                + " entities"
                + (written == entities.size()
                    ? ""
                    : "; run again for the " + (entities.size() - written) + " that are missing"));
      } catch (RpdrException e) {
        print(bill(guard, meter));
        throw e;
      } finally {
        end.over();
      }
    }
    return 0;
  }

  private MentionWriter writer(CallGuard guard) {
    WritingTemplate prompt =
        switch (template) {
          case "en" -> WritingTemplate.english();
          case "zh" -> WritingTemplate.chinese();
          default -> WritingTemplate.load(Path.of(template));
        };
    MentionWriter writer =
        MentionWriter.of(model.teacher(PromptTemplate.english(), guard).build(), prompt, perEntity)
            .withEntitiesPerPrompt(perPrompt);
    return style == null
        ? writer
        : writer.withStyle(
            MentionReader.readLines(style, StandardCharsets.UTF_8).stream()
                .map(Mention::text)
                .limit(STYLE_LINES)
                .toList());
  }

  private List<Entity> entities(KnowledgeBase knowledgeBase) {
    if (only == null) {
      return IntStream.range(0, knowledgeBase.size()).mapToObj(knowledgeBase::entity).toList();
    }
    List<Entity> entities = new ArrayList<>();
    for (Mention line : MentionReader.readLines(only, StandardCharsets.UTF_8)) {
      entities.add(
          knowledgeBase
              .find(line.text())
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "--only: '" + line.text() + "' is not in the knowledge base")));
    }
    return entities;
  }

  private static String estimate(Estimate estimate) {
    return "estimate: " + estimate;
  }

  private static String[] bill(CallGuard guard, CostMeter meter) {
    CallCounts counts = guard.counts();
    List<String> lines = new ArrayList<>();
    lines.add(
        counts.requests()
            + " requests: "
            + counts.answers()
            + " answers, "
            + counts.failures()
            + " failures");
    meter.bill().toString().lines().map(line -> "bill: " + line).forEach(lines::add);
    return lines.toArray(String[]::new);
  }

  private void print(String... lines) {
    Printed.lines(spec, lines);
  }
}
