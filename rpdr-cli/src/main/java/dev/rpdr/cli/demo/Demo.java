package dev.rpdr.cli.demo;

import dev.rpdr.Dataset;
import dev.rpdr.Evaluation;
import dev.rpdr.Evaluator;
import dev.rpdr.Mention;
import dev.rpdr.ProgressListener;
import dev.rpdr.Provenance;
import dev.rpdr.Ranking;
import dev.rpdr.RpdrPipeline;
import dev.rpdr.TeacherAnswer;
import dev.rpdr.TrainingSet;
import dev.rpdr.distill.train.BiEncoderStudentTrainer;
import dev.rpdr.eval.AccuracyEvaluator;
import dev.rpdr.eval.Protocol;
import dev.rpdr.eval.Report;
import dev.rpdr.eval.SystemResult;
import dev.rpdr.nn.ModelFiles;
import dev.rpdr.nn.TextEncoder;
import dev.rpdr.retriever.DenseRetriever;
import dev.rpdr.retriever.train.BiEncoderTrainer;
import dev.rpdr.teacher.FileJournal;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/** One language's way from a knowledge base and unlabelled mentions to a measured linker. */
public final class Demo {
  private static final int CANDIDATES = 10;
  private static final long SEED = 42;

  private final DemoLanguage language;
  private final Path folder;
  private final ProgressListener progress;
  private final PrintWriter out;

  /**
   * A demo.
   *
   * @param folder where files, journal, student and report go
   * @param out where it tells what it does
   */
  public Demo(DemoLanguage language, Path folder, ProgressListener progress, PrintWriter out) {
    this.language = language;
    this.folder = folder;
    this.progress = progress;
    this.out = out;
  }

  /** Runs it and returns its report, whose systems are {@code retriever}, {@code teacher} and {@code student}. */
  public Report run() {
    DemoData data = DemoData.load(language, folder);
    say("%n== %s: %d diagnoses, %d unlabelled mentions to teach with, %d to measure with", language, data.knowledgeBase().size(), data.train().size(), data.test().size());
    ModelFiles encoderFiles = ModelFiles.maven(language.encoder());
    try (TextEncoder encoder = TextEncoder.open(encoderFiles, language.encoderOptions());
        DenseRetriever retriever = DenseRetriever.build(data.knowledgeBase(), encoder, progress)) {
      RpdrPipeline pipeline =
          RpdrPipeline.builder(data.knowledgeBase())
              .retriever(retriever)
              .teacher(data.teacher())
              .trainer(BiEncoderStudentTrainer.of(encoderFiles, BiEncoderTrainer.Options.of(language.encoderOptions()).withSeed(SEED)))
              .evaluator(AccuracyEvaluator.builder().seed(SEED).build())
              .candidates(CANDIDATES)
              .progress(progress)
              .build();

      say("1. %s retrieves %d candidates; 2. the recorded teacher ranks them", language.encoder(), CANDIDATES);
      TrainingSet rankings = teach(pipeline, data);
      say("   %d rankings are in %s", rankings.size(), journalFile());

      say("3. a student is distilled from them (%s)", studentFolder());
      try (RpdrPipeline linker = pipeline.distill(rankings, studentFolder())) {
        Report report = measure(linker, data);
        report.writeAll(folder.resolve("report"));
        say("%n%s", report.markdown());
        showcase(linker);
        return report;
      }
    }
  }

  private TrainingSet teach(RpdrPipeline pipeline, DemoData data) {
    try (FileJournal journal = FileJournal.open(journalFile())) {
      return pipeline.teach(data.train().unlabelled().stream(), journal);
    }
  }

  /** The three steps on the same candidates of the same test mentions. */
  private Report measure(RpdrPipeline linker, DemoData data) {
    Evaluator evaluator = AccuracyEvaluator.builder().seed(SEED).build();
    Dataset test = data.test();
    List<Mention> mentions = test.unlabelled();
    Report.Builder report = Report.builder("demo " + language).knowledgeBase(DemoData.KNOWLEDGE_BASE, data.knowledgeBase()).dataset(test).seed(SEED);
    report.add(timed("retriever", () -> evaluator.evaluate(test, mentions.stream().map(linker::retrieve).map(Ranking::asRetrieved).toList())));
    report.add(timed("teacher", () -> evaluator.evaluate(test, mentions.stream().map(linker::retrieve).map(data.teacher()::rank).map(TeacherAnswer::ranking).toList())));
    report.add(timed("student", () -> linker.evaluate(test)));
    return report.compare("student", "retriever").build();
  }

  private static SystemResult timed(String name, Supplier<Evaluation> work) {
    long start = System.nanoTime();
    Evaluation evaluation = work.get();
    return SystemResult.of(name, Protocol.LABELS_ONLY, "test", evaluation, (System.nanoTime() - start) / 1e9, Provenance.none().with("k", CANDIDATES));
  }

  private void showcase(RpdrPipeline linker) {
    linker
        .linkAll(language.showcase().stream().map(Mention::of))
        .forEach(ranking -> say("   %s -> %s", ranking.mention().text(), ranking.best().map(entity -> entity.id() + " " + entity.name()).orElse("nothing")));
    say("%nTry it: echo '%s' | bin/rpdr link --kb %s --kb-header --kb-id id --kb-name %s --student %s", language.showcase().get(0), folder.resolve(DemoData.KNOWLEDGE_BASE), language.nameColumn(), studentFolder());
  }

  private Path journalFile() {
    return folder.resolve("teacher-journal.jsonl");
  }

  private Path studentFolder() {
    return folder.resolve("student");
  }

  private void say(String format, Object... arguments) {
    out.printf(format + "%n", arguments);
    out.flush();
  }
}
