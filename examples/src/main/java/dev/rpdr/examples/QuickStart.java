package dev.rpdr.examples;

import dev.rpdr.Entity;
import dev.rpdr.KnowledgeBase;
import dev.rpdr.Mention;
import dev.rpdr.ProgressListener;
import dev.rpdr.Ranking;
import dev.rpdr.RpdrPipeline;
import dev.rpdr.TeacherLlm;
import dev.rpdr.TrainingSet;
import dev.rpdr.distill.train.BiEncoderStudentTrainer;
import dev.rpdr.nn.EncoderOptions;
import dev.rpdr.nn.ModelFiles;
import dev.rpdr.nn.TextEncoder;
import dev.rpdr.retriever.DenseRetriever;
import dev.rpdr.retriever.train.BiEncoderTrainer;
import dev.rpdr.teacher.ApiKeys;
import dev.rpdr.teacher.OpenAiTeachers;
import dev.rpdr.teacher.journal.FileJournal;
import dev.rpdr.teacher.prompt.PromptTemplate;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.LoggerFactory;

/**
 * From a list of codes and some unlabelled mentions to a linker that needs no language model. Run
 * it with a model's name and a folder; the key comes from {@code OPENAI_API_KEY}.
 */
public final class QuickStart {
  private static final KnowledgeBase DIAGNOSES =
      KnowledgeBase.of(
          List.of(
              Entity.of("22298006", "Myocardial infarction"),
              Entity.of("194828000", "Angina"),
              Entity.of("84114007", "Heart failure"),
              Entity.of("193570009", "Cataract"),
              Entity.of("23986001", "Glaucoma"),
              Entity.of("9826008", "Conjunctivitis"),
              Entity.of("73211009", "Diabetes mellitus"),
              Entity.of("38341003", "Hypertensive disorder")));

  private static final List<Mention> UNLABELLED =
      List.of(
          Mention.of("heart attack"),
          Mention.of("cloudy lens"),
          Mention.of("pink eye"),
          Mention.of("sugar disease"),
          Mention.of("chest tightness on exertion"),
          Mention.of("raised eye pressure"));

  private QuickStart() {}

  /** Teaches with a model of OpenAI's protocol: {@code QuickStart MODEL FOLDER}. */
  public static void main(String[] args) {
    if (args.length != 2) {
      throw new IllegalArgumentException(
          "two arguments are needed, the model's name and a folder, not " + args.length);
    }
    TeacherLlm teacher =
        OpenAiTeachers.openAi(
                args[0], ApiKeys.fromEnvironment("OPENAI_API_KEY"), PromptTemplate.english())
            .build();
    Ranking ranking = run(DIAGNOSES, UNLABELLED, teacher, Path.of(args[1]), "heart attack");
    LoggerFactory.getLogger(QuickStart.class).info("heart attack -> {}", ranking.best());
  }

  /** The whole way; the ranking of one more mention is returned. */
  static Ranking run(
      KnowledgeBase codes,
      List<Mention> unlabelled,
      TeacherLlm teacher,
      Path folder,
      String mention) {
    // README: begin
    ModelFiles miniLm = ModelFiles.maven("all-minilm-l6-v2");
    EncoderOptions mean = EncoderOptions.mean().withMaxTokens(32);
    try (TextEncoder encoder = TextEncoder.open(miniLm, mean);
        DenseRetriever retriever = DenseRetriever.build(codes, encoder, ProgressListener.SILENT);
        FileJournal journal = FileJournal.open(folder.resolve("teacher.jsonl"))) {
      RpdrPipeline pipeline =
          RpdrPipeline.builder(codes)
              .retriever(retriever) // step 1: candidates
              .teacher(teacher) // step 2: any LLM ranks them, once
              .trainer(BiEncoderStudentTrainer.of(miniLm, BiEncoderTrainer.Options.of(mean)))
              .candidates(5)
              .build();
      TrainingSet rankings = pipeline.teach(unlabelled.stream(), journal);
      try (RpdrPipeline linker = pipeline.distill(rankings, folder.resolve("student"))) {
        return linker.link(Mention.of(mention)); // step 3: the student, alone
      }
    }
    // README: end
  }

  /** The codes of the example. */
  static KnowledgeBase diagnoses() {
    return DIAGNOSES;
  }

  /** The mentions of the example. */
  static List<Mention> unlabelled() {
    return UNLABELLED;
  }
}
