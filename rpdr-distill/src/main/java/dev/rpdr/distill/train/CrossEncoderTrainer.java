package dev.rpdr.distill.train;

import dev.rpdr.Fingerprint;
import dev.rpdr.NonRetriableException;
import dev.rpdr.ProgressListener;
import dev.rpdr.Provenance;
import dev.rpdr.StudentTrainer;
import dev.rpdr.TrainingSet;
import dev.rpdr.distill.CrossEncoderStudent;
import dev.rpdr.distill.StudentFolder;
import dev.rpdr.distill.StudentManifest;
import dev.rpdr.distill.StudentSettings;
import dev.rpdr.nn.EncoderConfig;
import dev.rpdr.nn.ModelFiles;
import dev.rpdr.nn.Pooling;
import dev.rpdr.nn.TextTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * Trains a {@link CrossEncoderStudent} on a teacher's rankings by a listwise loss (as RankGPT and
 * Rank-DistiLLM distil rankings of language models into cross-encoders: Sun et al., EMNLP 2023;
 * Schlatt et al., 2024).
 *
 * <p>It starts from any ONNX encoder; one that was fine-tuned on the same rankings as a bi-encoder
 * starts further. A folder of a cross-encoder student is trained on with its head.
 *
 * <p>After each epoch the model is kept in a folder {@code NAME.training} beside the student's; a
 * training that broke off goes on after its last finished epoch when the same call is made again
 * (AdamW's means start anew and with LoRA the head stays as it was, so that its student is a little
 * different; the provenance then holds {@code continued-after-epoch}). The student's folder itself
 * changes at the very end, and the other is removed. The same base, rankings, options and machine
 * give the same student.
 *
 * <p>Immutable and thread-safe; two trainings must not share a folder. Stages told to the listener:
 * {@code train} (steps of all epochs) and {@code validate} (epochs).
 */
public final class CrossEncoderTrainer implements StudentTrainer {
  private final ModelFiles base;
  private final CrossEncoderOptions options;

  private CrossEncoderTrainer(ModelFiles base, CrossEncoderOptions options) {
    this.base = Objects.requireNonNull(base, "base");
    this.options = Objects.requireNonNull(options, "options");
  }

  /**
   * A trainer.
   *
   * @param base the encoder to start from
   * @param options how to train
   */
  public static CrossEncoderTrainer of(ModelFiles base, CrossEncoderOptions options) {
    return new CrossEncoderTrainer(base, options);
  }

  /** How it trains. */
  public CrossEncoderOptions options() {
    return options;
  }

  @Override
  public CrossEncoderStudent train(
      TrainingSet trainingSet, Path folder, ProgressListener progress) {
    Objects.requireNonNull(progress, "progress");
    StudentFolder target = StudentFolder.of(folder);
    Split split = Split.of(trainingSet, options.validationShare(), options.training().seed());
    boolean hasHead = baseHasHead();
    Checkpoints checkpoints = Checkpoints.open(target.workshop(), key(split));
    int finished = checkpoints.results().size();
    if (finished < options.epochs()) {
      try (TextTokenizer tokenizer = TextTokenizer.open(base, options.student().maxTokens())) {
        CrossEncoderEpochs epochs = new CrossEncoderEpochs(options, split, tokenizer, progress);
        train(epochs, checkpoints, hasHead);
      }
    }
    Provenance provenance = provenance(trainingSet, split, checkpoints);
    if (finished > 0) {
      provenance = provenance.with("continued-after-epoch", finished);
    }
    Path draft = target.draft();
    copy(checkpoints.model(checkpoints.best()), draft.resolve(ModelFiles.ONNX));
    base.copyTokenizer(draft);
    target.publish(draft, options.student(), provenance);
    return CrossEncoderStudent.open(folder);
  }

  private void train(CrossEncoderEpochs epochs, Checkpoints checkpoints, boolean hasHead) {
    int finished = checkpoints.results().size();
    try (CrossEncoderGraph graph = open(epochs, checkpoints, hasHead)) {
      for (int epoch = finished + 1; epoch <= options.epochs(); epoch++) {
        checkpoints.add(epochs.run(graph, epoch), graph::write);
      }
    }
  }

  private CrossEncoderGraph open(
      CrossEncoderEpochs epochs, Checkpoints checkpoints, boolean hasHead) {
    int finished = checkpoints.results().size();
    if (finished > 0) {
      return CrossEncoderGraph.ofCrossEncoder(
          read(checkpoints.model(finished)), epochs.schedule(finished));
    } else if (hasHead) {
      return CrossEncoderGraph.ofCrossEncoder(base.onnx(), epochs.schedule(0));
    }
    return CrossEncoderGraph.ofEncoder(
        base.onnx(), epochs.schedule(0), options.student(), options.activation());
  }

  private boolean baseHasHead() {
    Optional<Path> folder = base.onnxPath().map(Path::getParent);
    if (folder.isEmpty() || !Files.exists(folder.get().resolve(StudentManifest.FILE))) {
      return false;
    }
    StudentManifest manifest = StudentManifest.read(folder.get());
    manifest.verify(folder.get());
    if (!(manifest.settings() instanceof StudentSettings.CrossEncoder settings)) {
      return false;
    }
    Pooling pooling = settings.pooling();
    if (pooling != options.student().pooling()) {
      throw new IllegalArgumentException(
          "the head of "
              + base.name()
              + " was trained with pooling "
              + pooling
              + ", so it cannot be trained on with "
              + options.student().pooling());
    }
    return true;
  }

  /** A hash of everything that the trained weights depend on. */
  private String key(Split split) {
    StudentSettings.CrossEncoder student = options.student().withRetrieverWeight(0);
    Fingerprint hash =
        new Fingerprint()
            .add(base.onnxSha256())
            .add(base.tokenizerSha256())
            .add(options.withStudent(student).toString());
    split.addTo(hash);
    return hash.hex();
  }

  private Provenance provenance(TrainingSet trainingSet, Split split, Checkpoints checkpoints) {
    Provenance provenance =
        options
            .facts()
            .with("base", base.name())
            .with("base.model.sha256", base.onnxSha256())
            .with("base.tokenizer.sha256", base.tokenizerSha256())
            .with(
                "base.trained",
                base.config().map(EncoderConfig::provenance).orElse(Provenance.none()))
            .with("data", trainingSet.provenance())
            .with("rankings.learnt", split.training().size())
            .with("rankings.held-out", split.validation().size())
            .with("epoch.best", checkpoints.best());
    int epoch = 1;
    for (EpochResult result : checkpoints.results()) {
      provenance = provenance.with("epoch." + epoch + ".loss", result.loss());
      if (!Double.isNaN(result.agreement())) {
        provenance = provenance.with("epoch." + epoch + ".agreement", result.agreement());
      }
      epoch++;
    }
    return provenance;
  }

  private static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new NonRetriableException("cannot read " + file, e);
    }
  }

  private static void copy(Path from, Path to) {
    try {
      Files.copy(from, to);
    } catch (IOException e) {
      throw new NonRetriableException("cannot copy " + from + " to " + to, e);
    }
  }
}
