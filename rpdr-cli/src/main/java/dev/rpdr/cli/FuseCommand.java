package dev.rpdr.cli;

import dev.rpdr.CandidateList;
import dev.rpdr.Dataset;
import dev.rpdr.KnowledgeBase;
import dev.rpdr.LabelledMention;
import dev.rpdr.StudentReranker;
import dev.rpdr.TrainingSet;
import dev.rpdr.cli.distill.Lesson;
import dev.rpdr.distill.Calibration;
import dev.rpdr.distill.CountedStudent;
import dev.rpdr.distill.EntityPrior;
import dev.rpdr.distill.FusedStudent;
import dev.rpdr.distill.FusionFitter;
import dev.rpdr.distill.LexicalStudent;
import dev.rpdr.distill.PriorStudent;
import dev.rpdr.distill.Students;
import dev.rpdr.retriever.LexicalSimilarity;
import dev.rpdr.retriever.TextAnalysis;
import java.nio.file.Files;
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
      arity = "1..*",
      paramLabel = "DIR",
      description = "folders of students, such as a bi-encoder and a cross-encoder trained on it")
  private List<Path> students = List.of();

  @Mixin private KnowledgeBaseOptions kb = new KnowledgeBaseOptions();
  @Mixin private RetrieverOptions retrieval = new RetrieverOptions();
  @Mixin private GoldOptions gold = new GoldOptions();

  @Option(
      names = "--spelling",
      paramLabel = "ANALYSIS",
      description =
          "spelling counts besides, compared by word, char_wb(3,5) or, for Chinese, char(1,2)")
  private @Nullable String spelling;

  @Option(
      names = "--prior",
      split = ",",
      paramLabel = "FILE",
      description =
          "how often the teacher chose an entity counts besides: its journal, or rankings recorded"
              + " as JSON lines")
  private List<Path> prior = List.of();

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "the fused student's folder: new or empty")
  private Path out = Path.of("");

  @Override
  public Integer call() {
    requireNew();
    Dataset rows = gold.read();
    KnowledgeBase knowledgeBase = kb.read();
    List<CountedStudent> counted = counted(knowledgeBase, rows);
    List<StudentReranker> parts = new ArrayList<>();
    try (RetrieverOptions opened = retrieval) {
      students.forEach(folder -> parts.add(Students.open(folder)));
      parts.addAll(counted);
      List<CandidateList> requests =
          opened
              .open(opened.nameOr(students), knowledgeBase)
              .retrieveAll(
                  rows.mentions().stream().map(LabelledMention::mention).toList(), opened.k());
      FusionFitter.Fit fit = FusionFitter.fit(rows.mentions(), requests, parts);
      Calibration calibration =
          Calibration.fitByGold(
              rows.mentions(), FusedStudent.of(parts, fit.fusion()).rerankAll(requests));
      FusedStudent.save(out, students, counted, fit.fusion(), calibration);
      print(
          fit.summary(),
          "fused student: " + out,
          "next: bin/rpdr link --kb FILE --student " + out + " < mentions.txt");
    } finally {
      parts.forEach(StudentReranker::close);
    }
    return 0;
  }

  /** Before anything is computed, since fitting takes minutes. */
  private void requireNew() {
    String[] entries = out.toFile().list();
    if (Files.exists(out) && (entries == null || entries.length > 0)) {
      throw new IllegalArgumentException("--out " + out + " is not empty; give a new folder");
    }
  }

  private List<CountedStudent> counted(KnowledgeBase knowledgeBase, Dataset rows) {
    List<CountedStudent> counted = new ArrayList<>();
    if (spelling != null) {
      counted.add(
          LexicalStudent.of(LexicalSimilarity.of(knowledgeBase, TextAnalysis.parse(spelling))));
    }
    if (!prior.isEmpty()) {
      TrainingSet rankings = Lesson.read(prior).training();
      counted.add(PriorStudent.of(EntityPrior.of(rankings)));
      tellOfKnown(rankings, rows);
    }
    return counted;
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
    if (spec == null) {
      throw new IllegalStateException("picocli sets the spec before it calls");
    }
    var writer = spec.commandLine().getOut();
    for (String line : lines) {
      writer.println(line);
    }
    writer.flush();
  }
}
