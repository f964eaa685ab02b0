package dev.rpdr.cli.demo;

import dev.rpdr.Dataset;
import dev.rpdr.Entity;
import dev.rpdr.Evaluation;
import dev.rpdr.Evaluator;
import dev.rpdr.Mention;
import dev.rpdr.ProgressListener;
import dev.rpdr.Provenance;
import dev.rpdr.Ranking;
import dev.rpdr.Retriever;
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
import dev.rpdr.teacher.journal.FileJournal;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/** One language's way from a knowledge base and unlabelled mentions to a measured linker. */
public final class Demo {
  private static final int CANDIDATES = 20;
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

  /**
   * Runs it and returns its report, whose systems are {@code retriever}, {@code teacher} and {@code
   * student} on the same candidates, and {@code student-alone}, which retrieves by itself.
   */
  public Report run() {
    DemoData data = DemoData.load(language, folder);
    say(
        "%n== %s: %d diagnoses, %d unlabelled mentions to teach with, %d to measure with",
        language, data.knowledgeBase().size(), data.train().size(), data.test().size());
    ModelFiles encoderFiles = ModelFiles.maven(language.encoder());
    try (TextEncoder encoder = TextEncoder.open(encoderFiles, language.encoderOptions());
        DenseRetriever retriever = DenseRetriever.build(data.knowledgeBase(), encoder, progress)) {
      RpdrPipeline pipeline =
          RpdrPipeline.builder(data.knowledgeBase())
              .retriever(retriever)
              .teacher(data.teacher())
              .trainer(
                  BiEncoderStudentTrainer.of(
                      encoderFiles,
                      BiEncoderTrainer.Options.of(language.encoderOptions())
                          .withBatchSize(16)
                          .withEpochs(3)
                          .withCandidates(6)
                          .withValidationShare(0)
                          .withSeed(SEED)))
              .evaluator(AccuracyEvaluator.builder().seed(SEED).build())
              .candidates(CANDIDATES)
              .progress(progress)
              .build();

      say(
          "1. %s retrieves %d candidates; 2. the recorded teacher ranks them",
          language.encoder(), CANDIDATES);
      TrainingSet rankings = teach(pipeline, data);
      say("   %d rankings are in %s", rankings.size(), journalFile());

      say("3. a student is distilled from them (%s)", studentFolder());
      try (RpdrPipeline linker = pipeline.distill(rankings, studentFolder());
          TextEncoder distilled = TextEncoder.open(ModelFiles.folder(studentFolder()));
          DenseRetriever alone = DenseRetriever.build(data.knowledgeBase(), distilled, progress)) {
        Report report = measure(linker, alone, data);
        report.writeAll(folder.resolve("report"));
        table(report);
        showcase(alone);
        return report;
      }
    }
  }

  private TrainingSet teach(RpdrPipeline pipeline, DemoData data) {
    try (FileJournal journal = FileJournal.open(journalFile())) {
      return pipeline.teach(data.train().unlabelled().stream(), journal);
    }
  }

  private Report measure(RpdrPipeline linker, Retriever alone, DemoData data) {
    Evaluator evaluator = AccuracyEvaluator.builder().seed(SEED).build();
    Dataset test = data.test();
    List<Mention> mentions = test.unlabelled();
    Report.Builder report =
        Report.builder("demo " + language)
            .knowledgeBase(DemoData.KNOWLEDGE_BASE, data.knowledgeBase())
            .dataset(test)
            .seed(SEED);
    report.add(
        timed(
            "retriever",
            () ->
                evaluator.evaluate(
                    test,
                    mentions.stream().map(linker::retrieve).map(Ranking::asRetrieved).toList())));
    report.add(
        timed(
            "teacher",
            () ->
                evaluator.evaluate(
                    test,
                    mentions.stream()
                        .map(linker::retrieve)
                        .map(data.teacher()::rank)
                        .map(TeacherAnswer::ranking)
                        .toList())));
    report.add(timed("student", () -> linker.evaluate(test)));
    report.add(
        timed(
            "student-alone",
            () ->
                evaluator.evaluate(
                    test,
                    alone.retrieveAll(mentions, CANDIDATES).stream()
                        .map(Ranking::asRetrieved)
                        .toList())));
    return report.compare("student", "retriever").compare("student-alone", "retriever").build();
  }

  private static SystemResult timed(String name, Supplier<Evaluation> work) {
    long start = System.nanoTime();
    Evaluation evaluation = work.get();
    return SystemResult.of(
        name,
        Protocol.LABELS_ONLY,
        "test",
        evaluation,
        (System.nanoTime() - start) / 1e9,
        Provenance.none().with("k", CANDIDATES));
  }

  private void table(Report report) {
    say("%n   %-15s %6s %6s  %s", "", "Acc@1", "Acc@5", "on " + language + " test");
    for (SystemResult system : report.results()) {
      Evaluation evaluation = system.evaluation();
      say(
          "   %-15s %6.3f %6.3f",
          system.name(), evaluation.accuracyAt(1), evaluation.accuracyAt(5));
    }
    say("   intervals, paired comparisons, every prediction: %s%n", folder.resolve("report"));
  }

  private void showcase(Retriever alone) {
    for (String text : language.showcase()) {
      Entity best = alone.retrieve(Mention.of(text), 1).entity(0);
      say("   %s -> %s %s", text, best.id(), best.name());
    }
    say(
        "%nTry it: echo '%s' | bin/rpdr link --kb %s --kb-header --kb-id id --kb-name %s --student %s",
        language.showcase().get(0),
        folder.resolve(DemoData.KNOWLEDGE_BASE),
        language.nameColumn(),
        studentFolder());
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
