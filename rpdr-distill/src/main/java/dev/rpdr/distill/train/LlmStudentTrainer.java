package dev.rpdr.distill.train;

import ai.djl.ndarray.NDArray;
import dev.rpdr.Fingerprint;
import dev.rpdr.NonRetriableException;
import dev.rpdr.ProgressListener;
import dev.rpdr.Provenance;
import dev.rpdr.StudentTrainer;
import dev.rpdr.TrainingSet;
import dev.rpdr.distill.StudentFolder;
import dev.rpdr.distill.StudentSettings;
import dev.rpdr.distill.llm.LlmForm;
import dev.rpdr.distill.llm.LlmStudent;
import dev.rpdr.distill.llm.RankingTokens;
import dev.rpdr.nn.causal.BranchScore;
import dev.rpdr.nn.causal.CausalLm;
import dev.rpdr.nn.causal.CausalOptions;
import dev.rpdr.nn.causal.CausalTokenizer;
import dev.rpdr.nn.causal.ChatTemplate;
import dev.rpdr.nn.causal.LoraTrainer;
import dev.rpdr.nn.causal.PeftFolder;
import dev.rpdr.nn.checkpoint.Checkpoint;
import dev.rpdr.nn.checkpoint.SafetensorsWriter;
import dev.rpdr.nn.checkpoint.TensorType;
import dev.rpdr.nn.train.TrainingOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Distils a teacher's rankings into an open language model by LoRA: the RPDR paper's own student
 * (equation 4) with {@link LlmForm#RANKED_LIST}, and forms beside it that small models learn.
 *
 * <p>The training saves itself in a folder {@code NAME.training} beside the student's; one that
 * broke off, even by kill -9, goes on from there when the same call is made again, to the same
 * adapter. Its stage for the listener is {@code train} (rankings of all epochs). Immutable and
 * thread-safe; two trainings must not share a folder.
 */
public final class LlmStudentTrainer implements StudentTrainer {
  private static final Logger log = LoggerFactory.getLogger(LlmStudentTrainer.class);

  private final Path checkpoint;
  private final LlmOptions options;

  private LlmStudentTrainer(Path checkpoint, LlmOptions options) {
    this.checkpoint = Objects.requireNonNull(checkpoint, "checkpoint");
    this.options = Objects.requireNonNull(options, "options");
  }

  /**
   * A trainer.
   *
   * @param checkpoint a Hugging Face folder or GGUF file; stays where it is and is needed to open
   *     the student
   */
  public static LlmStudentTrainer of(Path checkpoint, LlmOptions options) {
    return new LlmStudentTrainer(checkpoint, options);
  }

  /** How it trains. */
  public LlmOptions options() {
    return options;
  }

  @Override
  public LlmStudent train(TrainingSet trainingSet, Path folder, ProgressListener progress) {
    Objects.requireNonNull(progress, "progress");
    StudentFolder target = StudentFolder.of(folder);
    try (Checkpoint opened = Checkpoint.open(checkpoint);
        CausalTokenizer tokenizer = CausalTokenizer.open(opened.tokenizer())) {
      RankingTokens tokens =
          new RankingTokens(
              options.template(), ChatTemplate.of(opened), tokenizer, options.maxTokens());
      LlmLessons lessons = new LlmLessons(options, trainingSet, tokens);
      String key = key(opened, trainingSet);
      Path draft = target.draft();
      CausalOptions causal = new CausalOptions(options.device(), options.precision());
      int skipped;
      try (CausalLm model = CausalLm.load(opened, causal)) {
        skipped = train(model, lessons, target.workshop(), key, draft, progress);
      }
      StudentSettings settings =
          new StudentSettings.Llm(
              options.template(),
              options.priorWeight(),
              options.maxTokens(),
              options.precision(),
              checkpoint.toAbsolutePath(),
              opened.sha256());
      target.publish(draft, settings, provenance(opened, trainingSet, lessons, skipped));
    }
    return LlmStudent.open(folder, options.run());
  }

  /** Trains to the end and writes the adapter; returns how many rankings were too long. */
  private int train(
      CausalLm model,
      LlmLessons lessons,
      Path workshop,
      String key,
      Path draft,
      ProgressListener progress) {
    List<LlmLessons.Lesson> first = lessons.epoch(1);
    if (first.isEmpty()) {
      throw new IllegalArgumentException(
          "no ranking fits into %d tokens; maxTokens must be larger"
              .formatted(options.maxTokens()));
    }
    int perEpoch = divideUp(first.size(), options.training().accumulation());
    TrainingOptions schedule = options.training().withUpdates(perEpoch * options.epochs());
    Path state = workshop.resolve("training-" + key.substring(0, 16) + ".safetensors");
    long all = (long) first.size() * options.epochs();
    try (LoraTrainer trainer = start(model, schedule, state)) {
      long seen = 0;
      double sum = 0;
      for (int epoch = 1; epoch <= options.epochs(); epoch++) {
        List<LlmLessons.Lesson> lessonsOfEpoch = epoch == 1 ? first : lessons.epoch(epoch);
        int inEpoch = 0;
        for (LlmLessons.Lesson lesson : lessonsOfEpoch) {
          inEpoch++;
          if (seen++ < trainer.steps()) {
            continue;
          }
          requireNotInterrupted();
          int before = trainer.updates();
          double loss = step(trainer, lesson);
          if (inEpoch == lessonsOfEpoch.size()) {
            trainer.flush();
          }
          if (trainer.updates() > before && trainer.updates() % options.saveEvery() == 0) {
            trainer.save(state);
          }
          sum = sum == 0 ? loss : 0.98 * sum + 0.02 * loss;
          progress.onProgress(
              "train",
              seen,
              all,
              String.format(Locale.ROOT, "epoch %d/%d, loss %.4f", epoch, options.epochs(), sum));
        }
      }
      PeftFolder.write(trainer.adapter(), draft, checkpoint.toAbsolutePath().toString());
      if (options.template().form() == LlmForm.SCORING_HEAD) {
        float[] head = trainer.head();
        new SafetensorsWriter(TensorType.F32)
            .add(LlmStudent.HEAD_TENSOR, List.of((long) head.length), () -> head)
            .write(draft.resolve(LlmStudent.HEAD));
      }
    }
    return lessons.size() - first.size();
  }

  private LoraTrainer start(CausalLm model, TrainingOptions schedule, Path state) {
    if (Files.isRegularFile(state)) {
      LoraTrainer resumed = LoraTrainer.resume(model, schedule, options.activations(), state);
      log.info("training goes on after {} rankings", resumed.steps());
      return resumed;
    }
    return LoraTrainer.start(model, schedule, options.activations());
  }

  private double step(LoraTrainer trainer, LlmLessons.Lesson lesson) {
    LlmForm form = options.template().form();
    if (form == LlmForm.RANKED_LIST) {
      return trainer.step(List.of(lesson.tree()));
    }
    BranchScore score = form == LlmForm.SCORING_HEAD ? BranchScore.HEAD : BranchScore.MEAN;
    return trainer.step(
        List.of(lesson.tree()),
        score,
        scores -> {
          NDArray order = scores.getManager().create(lesson.order());
          return Losses.of(options.loss(), scores.get(":, {}", order), lesson.targets());
        });
  }

  /** A hash of everything that the adapter depends on. */
  private String key(Checkpoint opened, TrainingSet trainingSet) {
    Fingerprint hash =
        new Fingerprint()
            .add(opened.sha256())
            .add(Fingerprint.ofBytes(opened.tokenizer()))
            .add(ChatTemplate.of(opened).name())
            .add(options.withPriorWeight(0).withSaveEvery(1).toString());
    trainingSet.examples().forEach(example -> Split.addTo(hash, example));
    return hash.hex();
  }

  private Provenance provenance(
      Checkpoint opened, TrainingSet trainingSet, LlmLessons lessons, int skipped) {
    return Provenance.none()
        .with("checkpoint", opened.name())
        .with("checkpoint.sha256", opened.sha256())
        .with("form", options.template().form().label())
        .with("template", options.template().toString())
        .with("loss", options.loss().label())
        .with("epochs", options.epochs())
        .with("sampling", options.sampling().toString())
        .with("training", options.training().toString())
        .with("precision", options.precision().toString())
        .with("data", trainingSet.provenance())
        .with("rankings.learnt", lessons.size() - skipped)
        .with("rankings.too-long", skipped);
  }

  private static void requireNotInterrupted() {
    if (Thread.currentThread().isInterrupted()) {
      throw new NonRetriableException("the training was interrupted; it goes on when called again");
    }
  }

  private static int divideUp(int a, int b) {
    return (a + b - 1) / b;
  }
}
