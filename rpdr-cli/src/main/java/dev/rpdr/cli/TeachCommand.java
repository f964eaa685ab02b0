package dev.rpdr.cli;

import dev.rpdr.KnowledgeBase;
import dev.rpdr.Retriever;
import dev.rpdr.RpdrException;
import dev.rpdr.TeacherAnswer;
import dev.rpdr.cli.experiment.CandidateFile;
import dev.rpdr.cli.teach.OrderlyEnd;
import dev.rpdr.cli.teach.PaidProgress;
import dev.rpdr.cli.teach.TeachRun;
import dev.rpdr.cli.teach.Teaching;
import dev.rpdr.teacher.call.CallGuard;
import dev.rpdr.teacher.cost.CostMeter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "teach",
    mixinStandardHelpOptions = true,
    description = {
      "Asks a language model to rank the candidates of unlabelled mentions, once each, and keeps"
          + " every answer in a journal.",
      "Run again with the same arguments it asks only for what is missing. --dry-run tells what it"
          + " would cost.",
      "The key comes from the environment: OPENAI_API_KEY, DEEPSEEK_API_KEY, or the variable that"
          + " --key-variable names."
    })
final class TeachCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Mixin private KnowledgeBaseOptions kb = new KnowledgeBaseOptions();

  @Mixin private MentionOptions mentions = new MentionOptions();

  @Mixin private RetrieverOptions retrieval = new RetrieverOptions();

  @Option(
      names = "--candidates",
      paramLabel = "FILE",
      description =
          "take candidates from a recording instead of a retriever: JSON lines of mention and"
              + " candidates, a journal, or BioSyn's predictions (.json)")
  private @Nullable Path candidates;

  @Mixin private TeacherOptions teaching = new TeacherOptions();

  @Mixin private MoneyOptions money = new MoneyOptions();

  @Option(
      names = "--journal",
      paramLabel = "FILE",
      description = "where answers are kept; needed unless --dry-run")
  private @Nullable Path journal;

  @Option(
      names = "--dry-run",
      description = "print the estimate, answers in the journal left out, and ask nothing")
  private boolean dryRun;

  @Override
  public Integer call() {
    if (journal == null && !dryRun) {
      throw new IllegalArgumentException("--journal FILE is needed: answers are paid for once");
    }
    String model = teaching.model().modelName();
    CostMeter meter = money.meter(model, teaching.model().isLocal());
    KnowledgeBase knowledgeBase = kb.read();
    try (ProgressBars bars = new ProgressBars(System.err)) {
      PaidProgress progress = PaidProgress.ofRankings(bars, meter);
      CallGuard guard = money.guard(meter, progress);
      Teaching asked = teaching.teaching(guard, dryRun);
      TeachRun run;
      try (RetrieverOptions opened = retrieval) {
        TeachRun.Candidates from =
            new TeachRun.Candidates(retriever(opened, knowledgeBase), opened.k(), bars);
        run = new TeachRun(knowledgeBase, asked, meter, mentions.read(), from, journal);
      }
      bars.finish();
      print(run.plan());
      if (journal == null || dryRun) {
        print(List.of(teaching.model().nothingAsked()));
        return 0;
      }
      progress.begin(run.answeredBefore() + run.toBeAsked(), run.answeredBefore());
      OrderlyEnd end = OrderlyEnd.of(guard, teaching.model().timeout());
      try {
        ask(run, journal, bars);
      } finally {
        end.over();
      }
    }
    return 0;
  }

  private void ask(TeachRun run, Path path, ProgressBars bars) {
    try {
      List<TeacherAnswer> answers = run.run(path);
      bars.finish();
      print(run.bill());
      print(List.of("in " + path + ": " + TeachRun.outcomes(answers)));
    } catch (RpdrException e) {
      bars.finish();
      print(run.bill());
      throw e;
    }
  }

  private Retriever retriever(RetrieverOptions opened, KnowledgeBase knowledgeBase) {
    String named = opened.name();
    if (candidates != null && named != null) {
      throw new IllegalArgumentException("--candidates and --retriever exclude each other");
    }
    if (candidates != null) {
      CandidateFile.Layout layout =
          candidates.toString().endsWith(".json")
              ? CandidateFile.Layout.BIOSYN
              : CandidateFile.Layout.TEACHER;
      return CandidateFile.read(candidates, layout, knowledgeBase);
    }
    if (named == null) {
      throw new IllegalArgumentException(
          "say what finds candidates: --retriever ("
              + RetrieverOptions.KNOWN
              + ") or --candidates FILE");
    }
    return opened.open(named, knowledgeBase);
  }

  private void print(List<String> lines) {
    Printed.lines(spec, lines.toArray(String[]::new));
  }
}
