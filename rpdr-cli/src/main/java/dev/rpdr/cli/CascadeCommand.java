package dev.rpdr.cli;

import dev.rpdr.CandidateList;
import dev.rpdr.Dataset;
import dev.rpdr.KnowledgeBase;
import dev.rpdr.LabelledMention;
import dev.rpdr.Ranking;
import dev.rpdr.StudentReranker;
import dev.rpdr.distill.Calibration;
import dev.rpdr.distill.CascadeFit;
import dev.rpdr.distill.CascadeFitter;
import dev.rpdr.distill.CascadeStudent;
import dev.rpdr.distill.Students;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "cascade",
    mixinStandardHelpOptions = true,
    description = {
      "Makes one student of two, of which the second is asked only where the first is not sure. How"
          + " they are joined, when the second is asked and how sure both are together is fitted on"
          + " mentions with known answers, or with a teacher's.",
      "The first retrieves, if it is a bi-encoder, where --retriever is absent."
    })
final class CascadeCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "FIRST",
      description = "folder of the quick student, such as a bi-encoder")
  private Path first = Path.of("");

  @Parameters(
      index = "1",
      paramLabel = "SECOND",
      description = "folder of the careful one, such as a cross-encoder trained on the first")
  private Path second = Path.of("");

  @Mixin private KnowledgeBaseOptions kb = new KnowledgeBaseOptions();
  @Mixin private RetrieverOptions retrieval = new RetrieverOptions();
  @Mixin private GoldOptions gold = new GoldOptions();
  @Mixin private JoinOptions join = new JoinOptions();

  @Option(
      names = "--loss",
      paramLabel = "SHARE",
      defaultValue = "0",
      description =
          "the share of rows, 0 to 1, whose first choice may be another because the second is not"
              + " asked about all (default: ${DEFAULT-VALUE})")
  private double loss;

  @Override
  public Integer call() {
    join.requireJoinable(List.of(first, second));
    CascadeFitter fitter = CascadeFitter.defaults().withAllowedLoss(loss);
    Dataset rows = gold.read();
    KnowledgeBase knowledgeBase = kb.read();
    try (RetrieverOptions opened = retrieval;
        StudentReranker quick = Students.open(first);
        StudentReranker careful = Students.open(second)) {
      List<CandidateList> requests =
          opened
              .open(opened.nameOr(List.of(first)), knowledgeBase)
              .retrieveAll(
                  rows.mentions().stream().map(LabelledMention::mention).toList(), opened.k());
      print("fitting on %d rows".formatted(rows.mentions().size()));
      List<Ranking> byFirst = quick.rerankAll(requests);
      List<Ranking> bySecond = careful.rerankAll(requests);
      CascadeFit fit =
          (join.withoutPlace() ? fitter.withoutPlaces() : fitter)
              .fit(rows.mentions().stream().map(LabelledMention::gold).toList(), byFirst, bySecond);
      print(fit.summary());
      CascadeStudent.save(
          join.out(),
          first,
          second,
          fit.options(),
          Calibration.fitByGold(
              rows.mentions(), CascadeStudent.join(byFirst, bySecond, fit.options())));
      print("cascade: " + join.out(), join.next(opened));
    }
    return 0;
  }

  private void print(String... lines) {
    Printed.lines(spec, lines);
  }
}
