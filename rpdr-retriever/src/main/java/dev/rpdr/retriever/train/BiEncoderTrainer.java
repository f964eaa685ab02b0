package dev.rpdr.retriever.train;

import dev.rpdr.Dataset;
import dev.rpdr.KnowledgeBase;
import dev.rpdr.ModelException;
import dev.rpdr.ProgressListener;
import dev.rpdr.Provenance;
import dev.rpdr.Retriever;
import dev.rpdr.TrainingSet;
import dev.rpdr.nn.EncoderOptions;
import dev.rpdr.nn.ModelFiles;
import dev.rpdr.nn.TextTokenizer;
import dev.rpdr.nn.train.LoraOptions;
import dev.rpdr.nn.train.TrainingOptions;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Fine-tunes an encoder so that a mention lies closest to the name of what it means: softmax over
 * the names in the batch, at a low temperature, of the inner products with the mention. From a
 * teacher's rankings the first place is the target and the second place a weaker one; the other
 * candidates of each request are hard negatives, and those of the other requests in the batch
 * easier ones. From labels the gold is the target, and what a retriever finds besides it is the
 * hard negative.
 *
 * <p>Names with the same tokens are one name, never negatives of each other. An entity of several
 * names takes part by one of them, drawn anew each epoch; its others are left out of the softmaxes
 * it is right for.
 *
 * <p>The encoder is written as a folder ({@code model.onnx}, {@code tokenizer.json}, {@code
 * encoder.json} with its provenance) that {@code TextEncoder.open(ModelFiles.folder(folder))}
 * opens. While training, each epoch is saved in {@code FOLDER.part/epoch-N} in the same form, where
 * it stays if training breaks off; it may serve as the base of another training. A broken-off
 * training is not resumed by itself, since the optimiser's state is not saved and the result would
 * be another one.
 *
 * <p>The same inputs, options and number of threads give the same weights on one machine. Immutable
 * and thread-safe; trainings in one process take turns at each step.
 */
public final class BiEncoderTrainer {
  private final ModelFiles base;
  private final Options options;

  private BiEncoderTrainer(ModelFiles base, Options options) {
    this.base = Objects.requireNonNull(base, "base");
    this.options = Objects.requireNonNull(options, "options");
  }

  /** A trainer that starts from an encoder, which stays as it is. */
  public static BiEncoderTrainer of(ModelFiles base, Options options) {
    return new BiEncoderTrainer(base, options);
  }

  /** What it starts from. */
  public ModelFiles base() {
    return base;
  }

  /** How it trains. */
  public Options options() {
    return options;
  }

  /**
   * Trains on a teacher's rankings.
   *
   * @param trainingSet the rankings; those with a single candidate teach nothing and are counted.
   *     An example's weight multiplies its loss; of a soft one the target is its distribution
   * @param folder where the encoder is saved; made where absent; an earlier encoder there is
   *     replaced only when training has succeeded
   * @param progress hears stage {@code train}, in steps of all epochs, with the loss, and after
   *     each epoch stage {@code validate}, in epochs, with the agreement with the teacher
   * @throws IllegalArgumentException if no ranking teaches anything, or the folder holds something
   *     else than an encoder
   * @throws ModelException if the base cannot be trained, the loss is no finite number, or the
   *     folder cannot be written
   */
  public TrainingReport train(TrainingSet trainingSet, Path folder, ProgressListener progress) {
    Objects.requireNonNull(trainingSet, "trainingSet");
    TrainingFolder target = TrainingFolder.prepare(folder, base, options.encoder);
    try (TextTokenizer tokenizer = TextTokenizer.open(base, options.encoder.maxTokens())) {
      TokenTable table = new TokenTable(tokenizer);
      Examples examples =
          Examples.of(trainingSet, options.encoder.queryPrefix(), options.secondPlaceWeight, table);
      return new TrainingRun(base, options, examples, table, tokenizer, progress)
          .run(target, folder, trainingSet.provenance());
    }
  }

  /**
   * Trains on labelled mentions.
   *
   * @param dataset mentions and gold; mentions whose gold the knowledge base does not hold teach
   *     nothing and are counted
   * @param knowledgeBase what the gold's ids stand for
   * @param retriever finds the hard negatives, among the same entities
   * @param folder as for {@link #train}
   * @param progress as for {@link #train}
   * @throws IllegalArgumentException as {@link #train} does
   * @throws ModelException as {@link #train} does
   */
  public TrainingReport trainOnLabels(
      Dataset dataset,
      KnowledgeBase knowledgeBase,
      Retriever retriever,
      Path folder,
      ProgressListener progress) {
    Objects.requireNonNull(dataset, "dataset");
    Objects.requireNonNull(knowledgeBase, "knowledgeBase");
    Objects.requireNonNull(retriever, "retriever");
    TrainingFolder target = TrainingFolder.prepare(folder, base, options.encoder);
    try (TextTokenizer tokenizer = TextTokenizer.open(base, options.encoder.maxTokens())) {
      TokenTable table = new TokenTable(tokenizer);
      Examples examples =
          Examples.of(dataset, knowledgeBase, retriever, options.encoder.queryPrefix(), table);
      Provenance source =
          Provenance.none()
              .with("labels", dataset.name())
              .with("labels.sha256", dataset.fingerprint())
              .with("knowledge-base.sha256", knowledgeBase.fingerprint());
      return new TrainingRun(base, options, examples, table, tokenizer, progress)
          .run(target, folder, source);
    }
  }

  /**
   * How a bi-encoder is trained. Immutable.
   *
   * @param encoder what the vectors mean, in training and after it: pooling, normalisation, most
   *     tokens (25 to 32 suffice for most mentions and names), query prefix
   * @param epochs passes over the examples, ≥ 1
   * @param batchSize examples of a step, ≥ 1
   * @param temperature what inner products are divided by before the softmax, &gt; 0
   * @param secondPlaceWeight the weight of the teacher's second place beside 1 for the first, 0 to
   *     1; of no meaning for labels
   * @param candidates entities of each example that go into a batch, its targets included, ≥ 2;
   *     half of the wrong ones are those that the teacher (or the retriever of labels) put highest,
   *     the other half are drawn anew each epoch
   * @param randomCandidates names besides, drawn for each batch from those of all examples, ≥ 0
   * @param labelSmoothing the share of each example's target that is spread evenly over all of its
   *     entities in the batch (Szegedy et al., CVPR 2016, spread it over all classes; here over
   *     what a teacher may have confused), 0 ≤ labelSmoothing &lt; 1
   * @param validationShare the share of examples held out to measure agreement, 0 to .5
   * @param keepBestEpoch whether the epoch of the highest agreement is kept, and not the last; asks
   *     for a validationShare &gt; 0
   * @param optimisation learning rate, warm-up, seed, LoRA, device and so on; its number of updates
   *     is replaced by what epochs and batches give
   */
  public record Options(
      EncoderOptions encoder,
      int epochs,
      int batchSize,
      double temperature,
      double secondPlaceWeight,
      int candidates,
      int randomCandidates,
      double labelSmoothing,
      double validationShare,
      boolean keepBestEpoch,
      TrainingOptions optimisation) {
    public Options {
      Objects.requireNonNull(encoder, "encoder");
      Objects.requireNonNull(optimisation, "optimisation");
      check(epochs >= 1, "epochs must be >= 1", epochs);
      check(batchSize >= 1, "batchSize must be >= 1", batchSize);
      check(
          temperature > 0 && Double.isFinite(temperature),
          "temperature must be finite and > 0",
          temperature);
      check(
          secondPlaceWeight >= 0 && secondPlaceWeight <= 1,
          "secondPlaceWeight must be 0 to 1",
          secondPlaceWeight);
      check(candidates >= 2, "candidates must be >= 2", candidates);
      check(randomCandidates >= 0, "randomCandidates must be >= 0", randomCandidates);
      check(
          labelSmoothing >= 0 && labelSmoothing < 1,
          "labelSmoothing must be at least 0 and below 1",
          labelSmoothing);
      check(
          validationShare >= 0 && validationShare <= .5,
          "validationShare must be 0 to 0.5",
          validationShare);
      check(
          !keepBestEpoch || validationShare > 0,
          "keepBestEpoch needs a validationShare > 0",
          validationShare);
    }

    /**
     * Five epochs of batches of 32, eight candidates each, temperature .05, second place .3, no
     * smoothing, one in twenty held out, the last epoch kept; all weights at a learning rate of
     * 1e-4 after a warm-up over a tenth of the steps, seed 42.
     */
    public static Options of(EncoderOptions encoder) {
      TrainingOptions optimisation = TrainingOptions.of(1).withLearningRate(1e-4);
      return new Options(encoder, 5, 32, .05, .3, 8, 0, 0, .05, false, optimisation);
    }

    public Options withEpochs(int newEpochs) {
      return with(newEpochs, batchSize, temperature, secondPlaceWeight, optimisation);
    }

    public Options withBatchSize(int newBatchSize) {
      return with(epochs, newBatchSize, temperature, secondPlaceWeight, optimisation);
    }

    public Options withTemperature(double newTemperature) {
      return with(epochs, batchSize, newTemperature, secondPlaceWeight, optimisation);
    }

    public Options withSecondPlaceWeight(double newWeight) {
      return with(epochs, batchSize, temperature, newWeight, optimisation);
    }

    public Options withCandidates(int newCandidates) {
      return with(newCandidates, randomCandidates, labelSmoothing, validationShare, keepBestEpoch);
    }

    public Options withRandomCandidates(int newRandomCandidates) {
      return with(candidates, newRandomCandidates, labelSmoothing, validationShare, keepBestEpoch);
    }

    public Options withLabelSmoothing(double newSmoothing) {
      return with(candidates, randomCandidates, newSmoothing, validationShare, keepBestEpoch);
    }

    public Options withValidationShare(double newShare) {
      return with(candidates, randomCandidates, labelSmoothing, newShare, keepBestEpoch);
    }

    public Options withKeepBestEpoch(boolean newKeepBestEpoch) {
      return with(candidates, randomCandidates, labelSmoothing, validationShare, newKeepBestEpoch);
    }

    /** Replaces all settings of the optimiser at once. */
    public Options withOptimisation(TrainingOptions newOptimisation) {
      return with(epochs, batchSize, temperature, secondPlaceWeight, newOptimisation);
    }

    public Options withLearningRate(double learningRate) {
      return withOptimisation(optimisation.withLearningRate(learningRate));
    }

    public Options withWarmupShare(double warmupShare) {
      return withOptimisation(optimisation.withWarmupShare(warmupShare));
    }

    /** The seed of shuffling, of what is drawn and held out, of dropout and adapters. */
    public Options withSeed(long seed) {
      return withOptimisation(optimisation.withSeed(seed));
    }

    /** Trains low-rank adapters only, or with null all weights. */
    public Options withLora(@Nullable LoraOptions lora) {
      return withOptimisation(optimisation.withLora(lora));
    }

    private Options with(
        int newEpochs,
        int newBatchSize,
        double newTemperature,
        double newSecondPlaceWeight,
        TrainingOptions newOptimisation) {
      return new Options(
          encoder,
          newEpochs,
          newBatchSize,
          newTemperature,
          newSecondPlaceWeight,
          candidates,
          randomCandidates,
          labelSmoothing,
          validationShare,
          keepBestEpoch,
          newOptimisation);
    }

    private Options with(
        int newCandidates,
        int newRandomCandidates,
        double newLabelSmoothing,
        double newValidationShare,
        boolean newKeepBestEpoch) {
      return new Options(
          encoder,
          epochs,
          batchSize,
          temperature,
          secondPlaceWeight,
          newCandidates,
          newRandomCandidates,
          newLabelSmoothing,
          newValidationShare,
          newKeepBestEpoch,
          optimisation);
    }

    private static void check(boolean fulfilled, String rule, Object found) {
      if (!fulfilled) {
        throw new IllegalArgumentException(rule + ", not " + found);
      }
    }
  }
}
