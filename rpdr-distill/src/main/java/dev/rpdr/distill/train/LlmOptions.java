package dev.rpdr.distill.train;

import dev.rpdr.distill.llm.LlmForm;
import dev.rpdr.distill.llm.RankingTemplate;
import dev.rpdr.nn.Device;
import dev.rpdr.nn.RunOptions;
import dev.rpdr.nn.causal.Activations;
import dev.rpdr.nn.causal.LoraTrainer;
import dev.rpdr.nn.causal.Precision;
import dev.rpdr.nn.train.LoraOptions;
import dev.rpdr.nn.train.TrainingOptions;
import java.util.Objects;

/**
 * How a language model is distilled.
 *
 * @param template the wording and the form
 * @param priorWeight see {@link dev.rpdr.distill.StudentSettings.Llm}; counts when ranking, not in
 *     training
 * @param maxTokens the most tokens of a prompt and its answer, 8 to 8192; longer rankings are not
 *     learned
 * @param epochs how often each ranking is seen, at least 1
 * @param sampling which candidates of a ranking are seen
 * @param loss of the forms that score candidates; {@link LlmForm#RANKED_LIST} is trained by the
 *     likelihood of the list
 * @param training learning rate, warm-up, LoRA, seed; {@code accumulation} is how many rankings
 *     make one update; {@code updates} is not looked at
 * @param activations what is kept for gradients
 * @param precision of the base model's weights, in training and when ranking
 * @param device {@code cpu}, {@code cuda} or {@code cuda:N}
 * @param saveEvery updates between two savings, from which a broken-off training goes on; at least
 *     1
 */
public record LlmOptions(
    RankingTemplate template,
    double priorWeight,
    int maxTokens,
    int epochs,
    ListSampling sampling,
    ListLoss loss,
    TrainingOptions training,
    Activations activations,
    Precision precision,
    String device,
    int saveEvery) {
  public LlmOptions {
    Objects.requireNonNull(template, "template");
    Objects.requireNonNull(sampling, "sampling");
    Objects.requireNonNull(loss, "loss");
    Objects.requireNonNull(training, "training");
    Objects.requireNonNull(activations, "activations");
    Objects.requireNonNull(precision, "precision");
    Objects.requireNonNull(device, "device");
    if (epochs < 1 || saveEvery < 1) {
      throw new IllegalArgumentException(
          "epochs and saveEvery must be at least 1, not %d and %d".formatted(epochs, saveEvery));
    }
    if (maxTokens < 8 || maxTokens > 8192) {
      throw new IllegalArgumentException("maxTokens must be 8 to 8192, not " + maxTokens);
    }
    if (training.lora() == null) {
      throw new IllegalArgumentException("training must have LoRA options");
    }
  }

  /**
   * Two epochs of eight rankings an update, eight candidates each, ListMLE on three places; LoRA of
   * rank 8 on query and value, learning rate 1e-3; 512 tokens; on the processor.
   */
  public static LlmOptions of(LlmForm form) {
    return new LlmOptions(
        RankingTemplate.of(form),
        0,
        512,
        2,
        ListSampling.defaults(),
        ListLoss.listMle(3),
        TrainingOptions.of(1)
            .withLearningRate(1e-3)
            .withAccumulation(8)
            .withLora(LoraTrainer.QUERY_VALUE),
        Activations.KEPT,
        Precision.F32,
        "cpu",
        25);
  }

  /** What a student is run with where it was trained. */
  public RunOptions run() {
    return RunOptions.defaults()
        .withDevice(Device.parse(device.equals("cuda") ? "cuda:0" : device));
  }

  public LlmOptions withTemplate(RankingTemplate template) {
    return new LlmOptions(
        template,
        priorWeight,
        maxTokens,
        epochs,
        sampling,
        loss,
        training,
        activations,
        precision,
        device,
        saveEvery);
  }

  public LlmOptions withPriorWeight(double priorWeight) {
    return new LlmOptions(
        template,
        priorWeight,
        maxTokens,
        epochs,
        sampling,
        loss,
        training,
        activations,
        precision,
        device,
        saveEvery);
  }

  public LlmOptions withMaxTokens(int maxTokens) {
    return new LlmOptions(
        template,
        priorWeight,
        maxTokens,
        epochs,
        sampling,
        loss,
        training,
        activations,
        precision,
        device,
        saveEvery);
  }

  public LlmOptions withEpochs(int epochs) {
    return new LlmOptions(
        template,
        priorWeight,
        maxTokens,
        epochs,
        sampling,
        loss,
        training,
        activations,
        precision,
        device,
        saveEvery);
  }

  public LlmOptions withSampling(ListSampling sampling) {
    return new LlmOptions(
        template,
        priorWeight,
        maxTokens,
        epochs,
        sampling,
        loss,
        training,
        activations,
        precision,
        device,
        saveEvery);
  }

  public LlmOptions withLoss(ListLoss loss) {
    return new LlmOptions(
        template,
        priorWeight,
        maxTokens,
        epochs,
        sampling,
        loss,
        training,
        activations,
        precision,
        device,
        saveEvery);
  }

  public LlmOptions withTraining(TrainingOptions training) {
    return new LlmOptions(
        template,
        priorWeight,
        maxTokens,
        epochs,
        sampling,
        loss,
        training,
        activations,
        precision,
        device,
        saveEvery);
  }

  public LlmOptions withLora(LoraOptions lora) {
    return withTraining(training.withLora(lora));
  }

  public LlmOptions withLearningRate(double rate) {
    return withTraining(training.withLearningRate(rate));
  }

  public LlmOptions withSeed(long seed) {
    return withTraining(training.withSeed(seed));
  }

  public LlmOptions withActivations(Activations activations) {
    return new LlmOptions(
        template,
        priorWeight,
        maxTokens,
        epochs,
        sampling,
        loss,
        training,
        activations,
        precision,
        device,
        saveEvery);
  }

  public LlmOptions withPrecision(Precision precision) {
    return new LlmOptions(
        template,
        priorWeight,
        maxTokens,
        epochs,
        sampling,
        loss,
        training,
        activations,
        precision,
        device,
        saveEvery);
  }

  public LlmOptions withDevice(String device) {
    return new LlmOptions(
        template,
        priorWeight,
        maxTokens,
        epochs,
        sampling,
        loss,
        training,
        activations,
        precision,
        device,
        saveEvery);
  }

  public LlmOptions withSaveEvery(int saveEvery) {
    return new LlmOptions(
        template,
        priorWeight,
        maxTokens,
        epochs,
        sampling,
        loss,
        training,
        activations,
        precision,
        device,
        saveEvery);
  }
}
