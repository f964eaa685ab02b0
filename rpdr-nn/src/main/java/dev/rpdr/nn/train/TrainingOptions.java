package dev.rpdr.nn.train;

import dev.rpdr.nn.torch.AdamW;
import dev.rpdr.nn.torch.DjlEngine;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * How a graph is trained. An update is one change of the weights; it takes {@link #accumulation()}
 * calls of {@link TrainableGraph#step}.
 *
 * <p>The learning rate of update {@code u} (counted from 0) is {@code learningRate · u / warmup}
 * during warm-up, then falls linearly to 0 at {@code updates}; the same as {@code
 * get_linear_schedule_with_warmup} of Hugging Face. Weights are updated by AdamW (Loshchilov &amp;
 * Hutter, "Decoupled Weight Decay Regularization", 2019) as PyTorch computes it; biases, scales of
 * normalisations and all other one-dimensional weights do not decay.
 *
 * @param updates how many updates the schedule is made for, at least 1; further ones have a rate of
 *     0
 * @param learningRate the highest learning rate, above 0
 * @param warmupShare the share of updates during which the rate rises, at least 0 and below 1
 * @param weightDecay decoupled weight decay, at least 0
 * @param beta1 decay of the mean of gradients, at least 0 and below 1
 * @param beta2 decay of the mean of their squares, at least 0 and below 1
 * @param epsilon what keeps AdamW from dividing by zero, above 0
 * @param maxGradientNorm gradients are scaled down to this Euclidean norm over all weights; 0 for
 *     no limit
 * @param accumulation calls of {@code step} whose gradients are averaged for one update, at least 1
 * @param dropout the share dropped, in training only, from attention probabilities and from the
 *     outputs of layers that are added to a residual stream; at least 0 and below 1. Exported
 *     encoders have lost their own dropout. 0, the default, makes training deterministic in the
 *     batch alone; 0.1 is what BERT was trained with and helps where few examples are repeated
 *     often
 * @param seed of dropout and of the start values of adapters and heads
 * @param freeze a regular expression searched for in the names of weights that are to stay as they
 *     are, such as {@code embeddings}; empty for none. Of no effect with adapters, which leave all
 *     of the model as it is
 * @param lora trains low-rank adapters in place of the model's own weights, or null for all weights
 * @param device {@code cpu}, {@code cuda} or {@code cuda:N}; CUDA needs a CUDA build of LibTorch,
 *     which Maven Central does not hold for this version: see the error that its absence raises
 * @param output the model's output that {@link Forward#run} returns; empty for the first
 */
public record TrainingOptions(
    int updates,
    double learningRate,
    double warmupShare,
    double weightDecay,
    double beta1,
    double beta2,
    double epsilon,
    double maxGradientNorm,
    int accumulation,
    double dropout,
    long seed,
    String freeze,
    @Nullable LoraOptions lora,
    String device,
    String output) {

  public TrainingOptions {
    Limits.within("updates", updates, 1, Integer.MAX_VALUE);
    Limits.positive("learningRate", learningRate);
    Limits.share("warmupShare", warmupShare);
    Limits.notNegative("weightDecay", weightDecay);
    Limits.share("beta1", beta1);
    Limits.share("beta2", beta2);
    Limits.positive("epsilon", epsilon);
    Limits.notNegative("maxGradientNorm", maxGradientNorm);
    Limits.within("accumulation", accumulation, 1, Integer.MAX_VALUE);
    Limits.share("dropout", dropout);
    Objects.requireNonNull(freeze, "freeze");
    Objects.requireNonNull(device, "device");
    Objects.requireNonNull(output, "output");
    try {
      Pattern.compile(freeze);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException("freeze is not a regular expression: " + freeze, e);
    }
    if (!DjlEngine.isDevice(device)) {
      throw new IllegalArgumentException(
          "device must be cpu, cuda or cuda:N; got '%s'".formatted(device));
    }
  }

  /**
   * All weights on the CPU: learning rate 2e-5 after a warm-up over the first tenth, weight decay
   * 0.01, betas 0.9 and 0.999, epsilon 1e-8, gradients clipped at norm 1, no accumulation, no
   * dropout, seed 42.
   *
   * @param updates how many updates there will be
   */
  public static TrainingOptions of(int updates) {
    return new TrainingOptions(
        updates, 2e-5, 0.1, 0.01, 0.9, 0.999, 1e-8, 1, 1, 0, 42, "", null, "cpu", "");
  }

  public TrainingOptions withUpdates(int updates) {
    return with(updates, learningRate, warmupShare, weightDecay, maxGradientNorm, accumulation);
  }

  public TrainingOptions withLearningRate(double learningRate) {
    return with(updates, learningRate, warmupShare, weightDecay, maxGradientNorm, accumulation);
  }

  public TrainingOptions withWarmupShare(double warmupShare) {
    return with(updates, learningRate, warmupShare, weightDecay, maxGradientNorm, accumulation);
  }

  public TrainingOptions withWeightDecay(double weightDecay) {
    return with(updates, learningRate, warmupShare, weightDecay, maxGradientNorm, accumulation);
  }

  public TrainingOptions withMaxGradientNorm(double maxGradientNorm) {
    return with(updates, learningRate, warmupShare, weightDecay, maxGradientNorm, accumulation);
  }

  public TrainingOptions withAccumulation(int accumulation) {
    return with(updates, learningRate, warmupShare, weightDecay, maxGradientNorm, accumulation);
  }

  public TrainingOptions withBetas(double beta1, double beta2) {
    return new TrainingOptions(
        updates,
        learningRate,
        warmupShare,
        weightDecay,
        beta1,
        beta2,
        epsilon,
        maxGradientNorm,
        accumulation,
        dropout,
        seed,
        freeze,
        lora,
        device,
        output);
  }

  public TrainingOptions withEpsilon(double epsilon) {
    return new TrainingOptions(
        updates,
        learningRate,
        warmupShare,
        weightDecay,
        beta1,
        beta2,
        epsilon,
        maxGradientNorm,
        accumulation,
        dropout,
        seed,
        freeze,
        lora,
        device,
        output);
  }

  public TrainingOptions withDropout(double dropout) {
    return with(dropout, seed, freeze, lora, device, output);
  }

  public TrainingOptions withSeed(long seed) {
    return with(dropout, seed, freeze, lora, device, output);
  }

  public TrainingOptions withFreeze(String freeze) {
    return with(dropout, seed, freeze, lora, device, output);
  }

  public TrainingOptions withLora(@Nullable LoraOptions lora) {
    return with(dropout, seed, freeze, lora, device, output);
  }

  public TrainingOptions withDevice(String device) {
    return with(dropout, seed, freeze, lora, device, output);
  }

  public TrainingOptions withOutput(String output) {
    return with(dropout, seed, freeze, lora, device, output);
  }

  private TrainingOptions with(
      int updates,
      double learningRate,
      double warmupShare,
      double weightDecay,
      double maxGradientNorm,
      int accumulation) {
    return new TrainingOptions(
        updates,
        learningRate,
        warmupShare,
        weightDecay,
        beta1,
        beta2,
        epsilon,
        maxGradientNorm,
        accumulation,
        dropout,
        seed,
        freeze,
        lora,
        device,
        output);
  }

  private TrainingOptions with(
      double dropout,
      long seed,
      String freeze,
      @Nullable LoraOptions lora,
      String device,
      String output) {
    return new TrainingOptions(
        updates,
        learningRate,
        warmupShare,
        weightDecay,
        beta1,
        beta2,
        epsilon,
        maxGradientNorm,
        accumulation,
        dropout,
        seed,
        freeze,
        lora,
        device,
        output);
  }

  /** Updates during which the rate rises. */
  int warmupUpdates() {
    return (int) Math.ceil(updates * warmupShare);
  }

  /** A new optimizer, after {@code updates} updates made before. */
  public AdamW optimizer(int updates) {
    AdamW.Settings settings =
        new AdamW.Settings(beta1, beta2, epsilon, weightDecay, maxGradientNorm);
    return new AdamW(settings, this::rate, updates);
  }

  /** The learning rate of an update, counted from 0. */
  public double rate(int update) {
    int warmup = warmupUpdates();
    if (update < warmup) {
      return learningRate * update / warmup;
    }
    return learningRate * Math.max(0, updates - update) / Math.max(1, updates - warmup);
  }
}
