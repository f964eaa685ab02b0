package dev.rpdr.cli;

import dev.rpdr.CandidateList;
import dev.rpdr.Dataset;
import dev.rpdr.KnowledgeBase;
import dev.rpdr.LabelledMention;
import dev.rpdr.StudentReranker;
import dev.rpdr.TrainingSet;
import dev.rpdr.cli.distill.Lesson;
import dev.rpdr.distill.Calibration;
import dev.rpdr.distill.EntityPrior;
import dev.rpdr.distill.FusedStudent;
import dev.rpdr.distill.FusionFitter;
import dev.rpdr.distill.LexicalStudent;
import dev.rpdr.distill.LightStudent;
import dev.rpdr.distill.PriorStudent;
import dev.rpdr.distill.Students;
import dev.rpdr.distill.train.EditTrainer;
import dev.rpdr.retriever.LexicalSimilarity;
import dev.rpdr.retriever.TextAnalysis;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "fuse",
    mixinStandardHelpOptions = true,
    description = {
      "Makes one student of several, whose scores are summed with weights fitted on mentions with known answers, or with a teacher's.",
      "It also learns there how sure it is. The first bi-encoder among them retrieves where --retriever is absent."
    })
final class FuseCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Parameters(
      arity = "0..*",
      paramLabel = "DIR",
      description =
          "folders of students, such as a bi-encoder and a cross-encoder trained on it; none for a student without an encoder, of --spelling, --prior or --edits alone")
  private List<Path> students = List.of();

  @Mixin private KnowledgeBaseOptions kb = new KnowledgeBaseOptions();
  @Mixin private RetrieverOptions retrieval = new RetrieverOptions();
  @Mixin private GoldOptions gold = new GoldOptions();
  @Mixin private JoinOptions join = new JoinOptions();

  @Option(
      names = "--spelling",
      paramLabel = "ANALYSIS",
      description =
          "spelling counts besides, compared by word, char_wb(3,5) or, for Chinese, char(1,2)")
  private @Nullable String spelling;

  @Option(
      names = "--teacher",
      split = ",",
      paramLabel = "FILE",
      description =
          "what --prior and --edits learn from: the teacher's journal, or rankings recorded as JSON"
              + " lines")
  private List<Path> teacher = List.of();

  @Option(
      names = "--prior",
      description =
          "how often the teacher chose an entity counts besides; for large knowledge bases of which"
              + " few entities are used")
  private boolean prior;

  @Option(
      names = "--edits",
      paramLabel = "ANALYSIS",
      description =
          "what a name adds to a mention or leaves out counts besides, term by term, as the"
              + " teacher's choices show it; terms as for --spelling")
  private @Nullable String edits;

  @Override
  public Integer call() {
    join.requireJoinable(students);
    if (teacher.isEmpty() == (prior || edits != null)) {
      throw new IllegalArgumentException(
          "--teacher FILE goes with --prior and --edits, which learn from it: give both or neither");
    }
    if (students.isEmpty() && spelling == null && !prior && edits == null) {
      throw new IllegalArgumentException(
          "there is nothing to fuse: give folders of students, --spelling, --prior or --edits");
    }
    Dataset rows = gold.read();
    KnowledgeBase knowledgeBase = kb.read();
    List<LightStudent> light = light(knowledgeBase, rows);
    List<StudentReranker> parts = new ArrayList<>();
    try (RetrieverOptions opened = retrieval) {
      students.forEach(folder -> parts.add(Students.open(folder)));
      parts.addAll(light);
      List<CandidateList> requests =
          opened
              .open(opened.nameOr(students), knowledgeBase)
              .retrieveAll(
                  rows.mentions().stream().map(LabelledMention::mention).toList(), opened.k());
      print("fitting on %d rows".formatted(rows.mentions().size()));
      FusionFitter.Fit fit =
          join.withoutPlace()
              ? FusionFitter.fitWithoutPlaces(rows.mentions(), requests, parts)
              : FusionFitter.fit(rows.mentions(), requests, parts);
      Calibration calibration = Calibration.fitByGold(rows.mentions(), fit.rankings());
      print(fit.summary());
      FusedStudent.save(join.out(), students, light, fit.fusion(), calibration);
      print("fused student: " + join.out(), join.next(opened));
    } finally {
      parts.forEach(StudentReranker::close);
    }
    return 0;
  }

  private List<LightStudent> light(KnowledgeBase knowledgeBase, Dataset rows) {
    List<LightStudent> light = new ArrayList<>();
    if (spelling != null) {
      light.add(
          LexicalStudent.of(LexicalSimilarity.of(knowledgeBase, TextAnalysis.parse(spelling))));
    }
    if (prior || edits != null) {
      TrainingSet rankings = Lesson.read(teacher).training();
      if (prior) {
        light.add(PriorStudent.of(EntityPrior.of(rankings)));
      }
      if (edits != null) {
        light.add(EditTrainer.of(TextAnalysis.parse(edits)).train(rankings));
      }
      tellOfKnown(rankings, rows);
    }
    return light;
  }

  private void tellOfKnown(TrainingSet rankings, Dataset rows) {
    Set<String> ranked =
        rankings.rankings().stream()
            .map(ranking -> ranking.mention().text())
            .collect(Collectors.toSet());
    long known =
        rows.mentions().stream().filter(row -> ranked.contains(row.mention().text())).count();
    if (known > 0) {
      print(
          "%d of the %d rows are mentions that the teacher ranked: weights may trust the students more than they deserve"
              .formatted(known, rows.mentions().size()));
    }
  }

  private void print(String... lines) {
    Printed.lines(spec, lines);
  }
}
