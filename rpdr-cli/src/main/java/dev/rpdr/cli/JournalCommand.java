package dev.rpdr.cli;

import dev.rpdr.teacher.journal.ConflictRule;
import dev.rpdr.teacher.journal.JournalCheck;
import dev.rpdr.teacher.journal.JournalExport;
import dev.rpdr.teacher.journal.JournalImport;
import dev.rpdr.teacher.journal.JournalMerge;
import dev.rpdr.teacher.journal.JournalSummary;
import dev.rpdr.teacher.journal.MergedJournal;
import dev.rpdr.teacher.journal.RecordedTeacher;
import dev.rpdr.teacher.journal.TextlessRecord;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "journal",
    mixinStandardHelpOptions = true,
    description =
        "Shows, verifies, merges, exports, imports, strips and restores journals of teacher answers.")
final class JournalCommand implements Callable<Integer> {
  /** What an export can be. */
  enum ExportFormat {
    JSONL,
    CSV
  }

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    throw new ParameterException(
        spec().commandLine(),
        "a command is needed: show, verify, merge, export, import, strip or restore");
  }

  @Command(
      name = "show",
      mixinStandardHelpOptions = true,
      description =
          "Shows what a journal holds: teacher, answers and how they came about, tokens, latency. It may be in use.")
  int show(
      @Parameters(paramLabel = "JOURNAL", arity = "1..*", description = "the journals")
          List<Path> journals) {
    journals.forEach(journal -> print(JournalSummary.of(journal).lines()));
    return 0;
  }

  @Command(
      name = "verify",
      mixinStandardHelpOptions = true,
      description =
          "Checks every line of a journal and changes nothing. Exit code 1 where anything is wrong.")
  int verify(
      @Parameters(paramLabel = "JOURNAL", arity = "1..*", description = "the journals")
          List<Path> journals) {
    boolean sound = true;
    for (Path journal : journals) {
      JournalCheck check = JournalCheck.of(journal);
      print(check.lines());
      sound &= check.isSound();
    }
    return sound ? 0 : 1;
  }

  @Command(
      name = "merge",
      mixinStandardHelpOptions = true,
      description =
          "Makes one journal of several, such as those of two machines that shared the work.")
  int merge(
      @Parameters(paramLabel = "JOURNAL", arity = "1..*", description = "the journals")
          List<Path> journals,
      @Option(
              names = "--out",
              required = true,
              paramLabel = "FILE",
              description = "the new journal")
          Path out,
      @Option(
              names = "--conflicts",
              paramLabel = "RULE",
              defaultValue = "refuse",
              description =
                  "where two answers to one request differ: refuse, keep-first or keep-latest (default: ${DEFAULT-VALUE})")
          String rule) {
    MergedJournal merged = JournalMerge.merge(journals, out, rule(rule));
    print(merged.lines());
    return 0;
  }

  @Command(
      name = "export",
      mixinStandardHelpOptions = true,
      description = "Writes a journal's answers for other programs, without costs and raw answers.")
  int export(
      @Parameters(paramLabel = "JOURNAL", description = "the journal") Path journal,
      @Option(names = "--out", required = true, paramLabel = "FILE", description = "the new file")
          Path out,
      @Option(
              names = "--format",
              paramLabel = "jsonl|csv",
              defaultValue = "jsonl",
              description =
                  "JSON lines, or a table of one line a candidate (default: ${DEFAULT-VALUE})")
          ExportFormat format) {
    long answers =
        format == ExportFormat.CSV
            ? JournalExport.toCsv(journal, out)
            : JournalExport.toJsonLines(journal, out);
    print(List.of(answers + " answers written to " + out));
    return 0;
  }

  @Command(
      name = "import",
      mixinStandardHelpOptions = true,
      description = "Makes a journal of rankings that were recorded elsewhere (JSON lines).")
  int importRecorded(
      @Parameters(paramLabel = "RECORDED", description = "the recorded rankings") Path recorded,
      @Option(
              names = "--out",
              required = true,
              paramLabel = "FILE",
              description = "the new journal")
          Path out,
      @Option(
              names = "--teacher",
              paramLabel = "IDENTITY",
              description = "whose answers they are; by default that of the recording itself")
          @Nullable String teacher) {
    JournalImport imported = JournalImport.of(recorded);
    long answers = (teacher == null ? imported : imported.as(teacher)).writeTo(out);
    print(List.of(answers + " answers written to " + out));
    return 0;
  }

  @Command(
      name = "strip",
      mixinStandardHelpOptions = true,
      description = {
        "Writes rankings without their texts, to be kept or passed on where mentions or names may not be:",
        "hashes of mentions and numbers of entities. Short texts can be guessed from their hashes:"
            + " this makes nobody anonymous."
      })
  int strip(
      @Parameters(
              paramLabel = "RANKINGS",
              description = "a journal, or rankings recorded as JSON lines")
          Path rankings,
      @Mixin KnowledgeBaseOptions knowledgeBase,
      @Option(names = "--out", required = true, paramLabel = "FILE", description = "the new file")
          Path out,
      @Option(
              names = "--teacher",
              paramLabel = "TEXT",
              description = "who gave them; by default the identity of the record")
          @Nullable String teacher) {
    RecordedTeacher recorded = RecordedTeacher.read(rankings);
    String identity = teacher == null ? recorded.identity() : teacher;
    long written = TextlessRecord.write(recorded, identity, knowledgeBase.read(), out);
    print(List.of(written + " rankings written without texts to " + out));
    return 0;
  }

  @Command(
      name = "restore",
      mixinStandardHelpOptions = true,
      description =
          "Writes rankings that were stripped of their texts as JSON lines again, from the"
              + " knowledge base and the mentions that they are about.")
  int restore(
      @Parameters(paramLabel = "STRIPPED", description = "rankings without texts") Path stripped,
      @Mixin KnowledgeBaseOptions knowledgeBase,
      @Mixin MentionOptions mentions,
      @Option(names = "--out", required = true, paramLabel = "FILE", description = "the new file")
          Path out) {
    long written = TextlessRecord.restore(stripped, knowledgeBase.read(), mentions.read(), out);
    print(List.of(written + " rankings written to " + out));
    return 0;
  }

  private static ConflictRule rule(String name) {
    return switch (name) {
      case "refuse" -> ConflictRule.REFUSE;
      case "keep-first" -> ConflictRule.KEEP_FIRST;
      case "keep-latest" -> ConflictRule.KEEP_LATEST;
      default ->
          throw new IllegalArgumentException(
              "--conflicts '" + name + "' is unknown; known are refuse, keep-first, keep-latest");
    };
  }

  private void print(List<String> lines) {
    var out = spec().commandLine().getOut();
    lines.forEach(out::println);
    out.flush();
  }

  private CommandSpec spec() {
    if (spec == null) {
      throw new IllegalStateException("picocli sets the spec before it calls");
    }
    return spec;
  }
}
