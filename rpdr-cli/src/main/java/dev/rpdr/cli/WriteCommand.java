package dev.rpdr.cli;

import dev.rpdr.Entity;
import dev.rpdr.KnowledgeBase;
import dev.rpdr.Mention;
import dev.rpdr.cli.teach.Bills;
import dev.rpdr.cli.teach.OrderlyEnd;
import dev.rpdr.cli.teach.PaidProgress;
import dev.rpdr.io.MentionReader;
import dev.rpdr.teacher.MentionWriter;
import dev.rpdr.teacher.call.CallGuard;
import dev.rpdr.teacher.cost.CostMeter;
import dev.rpdr.teacher.journal.WrittenMentions;
import dev.rpdr.teacher.prompt.PromptTemplate;
import dev.rpdr.teacher.prompt.WritingTemplate;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
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
      names = "--near",
      paramLabel = "N",
      description = {
        "how many of the entities most like each are shown beside it, to be kept apart (default: 0)"
      })
  private int near;

  @Option(
      names = "--near-by",
      paramLabel = "WHAT",
      defaultValue = "tfidf-char",
      description =
          "what finds them: a bi-encoder student's folder, or as --retriever of teach (default:"
              + " ${DEFAULT-VALUE})")
  private String nearBy = "tfidf-char";

  @Option(
      names = "--earlier",
      paramLabel = "FILE",
      description =
          "an earlier --out, or several, one option each: their mentions are shown and not written"
              + " again. A further round, in a file of its own")
  private List<Path> earlier = List.of();

  @Option(
      names = "--only",
      paramLabel = "FILE",
      description = "ids of the entities to write for, one a line (default: all)")
  private @Nullable Path only;

  @Option(
      names = "--dry-run",
      description = "print the estimate, entities in --out left out, and ask nothing")
  private boolean dryRun;

  @Override
  public Integer call() {
    if (out == null && !dryRun) {
      throw new IllegalArgumentException("--out FILE is needed: answers are paid for once");
    }
    CostMeter meter = money.meter(model.modelName(), model.isLocal());
    KnowledgeBase knowledgeBase = kb.read();
    List<Entity> entities = entities(knowledgeBase);
    try (ProgressBars bars = new ProgressBars(System.err);
        RetrieverOptions retrieval = new RetrieverOptions()) {
      PaidProgress progress = PaidProgress.ofWriting(bars, meter);
      CallGuard guard = money.guard(meter, progress);
      MentionWriter writer = shown(writer(guard), retrieval, knowledgeBase);
      if (out == null || (dryRun && !Files.exists(out))) {
        plan(writer, entities, entities, meter);
        print(model.nothingAsked());
        return 0;
      }
      try (WrittenMentions file = WrittenMentions.open(out, writer.identity())) {
        file.spent()
            .forEach(spend -> meter.count(model.modelName(), spend.snapshot(), spend.usage()));
        List<Entity> missing = MentionWriter.missing(entities, file);
        plan(writer, entities, missing, meter);
        if (dryRun) {
          print(model.nothingAsked());
          return 0;
        }
        progress.begin(entities.size(), entities.size() - missing.size());
        OrderlyEnd end = OrderlyEnd.of(guard, model.timeout());
        String result;
        try {
          result = result(writer.write(entities, file), entities.size(), file);
        } finally {
          end.over();
          bars.finish();
          print(Bills.of(guard, meter));
        }
        print(result);
      }
    }
    return 0;
  }

  private String result(int written, int entities, WrittenMentions file) {
    String rest =
        written == entities
            ? ""
            : "; run again for the " + (entities - written) + " that are missing";
    return "in %s: %d mentions of %d entities%s".formatted(out, file.mentions(), written, rest);
  }

  private void plan(
      MentionWriter writer, List<Entity> entities, List<Entity> missing, CostMeter meter) {
    print(
        "%d entities, %d written for before, %d to be asked for"
            .formatted(entities.size(), entities.size() - missing.size(), missing.size()),
        "estimate: " + writer.estimate(missing, meter.prices()));
  }

  private MentionWriter writer(CallGuard guard) {
    WritingTemplate prompt =
        switch (template) {
          case "en" -> WritingTemplate.english();
          case "zh" -> WritingTemplate.chinese();
          default -> WritingTemplate.load(Path.of(template));
        };
    MentionWriter writer =
        MentionWriter.of(
                model.teacher(PromptTemplate.english(), guard, dryRun).build(), prompt, perEntity)
            .withEntitiesPerPrompt(perPrompt);
    return style == null
        ? writer
        : writer.withStyle(
            MentionReader.readLines(style, StandardCharsets.UTF_8).stream()
                .map(Mention::text)
                .limit(STYLE_LINES)
                .toList());
  }

  /** The writer with what it is shown of each entity. */
  private MentionWriter shown(
      MentionWriter writer, RetrieverOptions retrieval, KnowledgeBase knowledgeBase) {
    MentionWriter shown =
        earlier.isEmpty() ? writer : writer.withEarlier(WrittenMentions.read(earlier));
    return near == 0 ? shown : shown.withNear(retrieval.open(nearBy, knowledgeBase), near, nearBy);
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

  private void print(String... lines) {
    Printed.lines(spec, lines);
  }
}
