package dev.rpdr.nn.causal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.rpdr.ModelException;
import dev.rpdr.nn.torch.Accumulation;
import dev.rpdr.nn.torch.Gate;
import dev.rpdr.nn.train.LoraOptions;
import dev.rpdr.nn.train.TrainingOptions;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Fine-tunes a causal language model with a low-rank adapter; the model itself stays as it is and
 * may be used meanwhile.
 *
 * <pre>{@code
 * TrainingOptions options =
 *     TrainingOptions.of(updates).withLearningRate(1e-4).withLora(LoraTrainer.QUERY_VALUE);
 * try (LoraTrainer trainer = LoraTrainer.start(model, options, Activations.KEPT)) {
 *   for (List<TokenTree> batch : batches) {
 *     double loss = trainer.step(batch);
 *   }
 *   PeftFolder.write(trainer.adapter(), folder, "SmolLM2-135M-Instruct");
 * }
 * }</pre>
 *
 * <p>Of the options all but {@code dropout}, {@code freeze}, {@code output} and {@code device},
 * which must be left at their defaults: the adapter's dropout is {@link LoraOptions#dropout()}, the
 * device the model's. A training that saves itself after an update ({@link #save}) and is killed
 * goes on from there as if nothing had happened: dropout depends on the seed and the step's number
 * alone. Safe for use by several threads, one after the other; trainings in one process wait for
 * each other.
 */
public final class LoraTrainer implements AutoCloseable {
  /** Query and value projections, as in the paper: rank 8, alpha 16, dropout .05. */
  public static final LoraOptions QUERY_VALUE = new LoraOptions(8, 16, 0.05, "q_proj|v_proj");

  private final Gate gate = new Gate("this training");
  private final CausalLm model;
  private final TrainingOptions options;
  private final Activations activations;
  private final double dropout;
  private final NDManager manager;
  private final AdapterParameters parameters;
  private final Accumulation accumulation;
  private long steps;

  private LoraTrainer(
      CausalLm model,
      TrainingOptions options,
      Activations activations,
      LoraAdapter start,
      float[] head,
      int updates,
      long steps) {
    this.model = model;
    this.options = options;
    this.activations = activations;
    this.dropout = lora(options).dropout();
    this.steps = steps;
    this.manager = model.weights().manager().newSubManager();
    this.parameters = new AdapterParameters(model, manager, start, head);
    this.accumulation =
        new Accumulation(
            manager,
            options.optimizer(updates),
            options.accumulation(),
            parameters::all,
            parameters::leaves);
  }

  /**
   * Starts a training.
   *
   * @param options with {@link TrainingOptions#lora()}, whose pattern chooses projections by name:
   *     {@code q_proj}, {@code k_proj}, {@code v_proj}, {@code o_proj}, {@code gate_proj}, {@code
   *     up_proj}, {@code down_proj}
   * @throws IllegalArgumentException where the options have no LoRA, its pattern matches nothing,
   *     or they set what is not looked at here
   */
  public static LoraTrainer start(
      CausalLm model, TrainingOptions options, Activations activations) {
    LoraOptions lora = lora(options);
    Random random = new Random(options.seed());
    LoraAdapter start =
        LoraAdapter.start(model.config(), lora.rank(), lora.alpha(), lora.pattern(), random);
    return start(model, options, activations, start, random);
  }

  /**
   * Starts a training from an adapter; rank, alpha and projections are its own, whatever the
   * options' LoRA says of them.
   */
  public static LoraTrainer start(
      CausalLm model, TrainingOptions options, Activations activations, LoraAdapter from) {
    LoraAdapter.of(model.config(), from.rank(), from.alpha(), from.matrices());
    return start(model, options, activations, from, new Random(options.seed()));
  }

  private static LoraTrainer start(
      CausalLm model,
      TrainingOptions options,
      Activations activations,
      LoraAdapter from,
      Random random) {
    float[] head = new float[model.config().hidden()];
    for (int i = 0; i < head.length; i++) {
      head[i] = (float) ((2 * random.nextDouble() - 1) / Math.sqrt(head.length));
    }
    return new LoraTrainer(model, options, activations, from, head, 0, 0);
  }

  /**
   * Goes on with a training that {@link #save} wrote.
   *
   * @param options the same as then
   * @throws ModelException where the file is none of these, or other options or another model were
   *     used then
   */
  public static LoraTrainer resume(
      CausalLm model, TrainingOptions options, Activations activations, Path file) {
    TrainingState state = TrainingState.read(file, model.config(), options);
    LoraTrainer trainer =
        new LoraTrainer(
            model,
            options,
            activations,
            state.adapter(),
            state.head(),
            state.updates(),
            state.steps());
    trainer.parameters.restore(state);
    return trainer;
  }

  private static LoraOptions lora(TrainingOptions options) {
    LoraOptions lora = options.lora();
    if (lora == null) {
      throw new IllegalArgumentException(
          "options must have LoRA options: a causal language model's own weights are not trained");
    }
    if (options.dropout() > 0 || !options.freeze().isEmpty() || !options.output().isEmpty()) {
      throw new IllegalArgumentException(
          "options must leave dropout, freeze and output at their defaults: they are for ONNX graphs");
    }
    if (!options.device().equals("cpu")) {
      throw new IllegalArgumentException(
          "options must leave the device at its default: the training runs where the model is");
    }
    return lora;
  }

  /**
   * Learns the branches of trees: the loss is the mean over all their tokens of the negative log
   * likelihood; prompts are not learned.
   *
   * @return the loss before the update
   * @throws IllegalArgumentException where a token is not in the vocabulary or a tree outgrows the
   *     model's context
   * @throws ModelException where the loss or its gradients are not finite; the adapter then keeps
   *     the values that it had
   */
  public double step(List<TokenTree> batch) {
    return step(
        batch,
        false,
        (pass, packed) -> hidden -> model.logProbabilities(packed, hidden).mean().neg());
  }

  /**
   * Learns to rank the branches of each tree.
   *
   * @param batch trees with equally many branches
   * @param loss from scores [trees, branches] to one number
   */
  public double step(List<TokenTree> batch, BranchScore score, Function<NDArray, NDArray> loss) {
    int branches = batch.isEmpty() ? 0 : batch.get(0).branches().size();
    if (batch.stream().anyMatch(tree -> tree.branches().size() != branches)) {
      throw new IllegalArgumentException("all trees of a batch must have equally many branches");
    }
    boolean whole = score == BranchScore.HEAD;
    return step(
        batch,
        whole,
        (pass, packed) ->
            hidden -> loss.apply(pass.scores(hidden, score).reshape(batch.size(), branches)));
  }

  /** From a pass over trees to its loss, a function of the last layer's output. */
  private interface Losses {
    UnaryOperator<NDArray> of(TrainingPass pass, PackedTrees packed);
  }

  private double step(List<TokenTree> batch, boolean whole, Losses losses) {
    model.check(batch);
    PackedTrees packed = new PackedTrees(batch, whole);
    return gate.train(
        () ->
            accumulation.step(
                (scope, leaves, collector) -> {
                  Adapters beside = parameters.beside(leaves, dropout);
                  long seed = options.seed() * 1_000_003 + steps;
                  TrainingPass pass =
                      new TrainingPass(model, packed, beside, accumulation.updates(), seed, scope);
                  double loss = pass.run(activations, losses.of(pass, packed));
                  steps++;
                  return loss;
                }));
  }

  /** The gradients accumulated since the last update, by matrix; for tests. */
  Map<String, float[]> gradients() {
    return gate.pass(
        () -> {
          Map<String, float[]> all = new LinkedHashMap<>();
          accumulation.gradients().forEach((name, g) -> all.put(name, g.toFloatArray()));
          return all;
        });
  }

  /**
   * Updates with the gradients of fewer steps than {@link TrainingOptions#accumulation()}, as at
   * the end of an epoch. Does nothing where there are none.
   */
  public void flush() {
    gate.train(
        () -> {
          accumulation.flush();
          return true;
        });
  }

  /** Steps made so far, those before a resumption included. */
  public long steps() {
    return gate.pass(() -> steps);
  }

  /** Updates made so far, those before a resumption included. */
  public int updates() {
    return gate.pass(accumulation::updates);
  }

  /** The norm of all gradients before clipping at the last update; 0 before the first. */
  public double gradientNorm() {
    return gate.pass(accumulation::gradientNorm);
  }

  /** The adapter as it is now. */
  public LoraAdapter adapter() {
    return gate.pass(parameters::adapter);
  }

  /** The head of {@link BranchScore#HEAD} as it is now: [hidden]. */
  public float[] head() {
    return gate.pass(parameters::head);
  }

  /**
   * Writes all that {@link #resume} needs into one file, whole or not at all.
   *
   * @throws IllegalStateException between two updates: {@link #flush} first, or save after an
   *     update
   */
  public void save(Path file) {
    gate.pass(
        () -> {
          if (accumulation.isOpen()) {
            throw new IllegalStateException("a training is saved after an update, not before it");
          }
          parameters.state(accumulation.updates(), steps).write(file, options);
          return true;
        });
  }

  /** Frees the adapter and what its updates need, not the model. Closing again does nothing. */
  @Override
  public void close() {
    gate.close(
        () -> {
          accumulation.drop();
          manager.close();
        });
  }
}
