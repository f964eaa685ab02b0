package dev.rpdr.nn.causal;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import dev.rpdr.ModelException;
import dev.rpdr.nn.torch.AdamW;
import dev.rpdr.nn.torch.DjlEngine;
import dev.rpdr.nn.torch.Parameter;
import dev.rpdr.nn.torch.Torch;
import dev.rpdr.nn.train.LoraOptions;
import dev.rpdr.nn.train.TrainingOptions;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

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

  static final String HEAD = "score.weight";

  private final ReentrantLock lock = new ReentrantLock();
  private final CausalLm model;
  private final TrainingOptions options;
  private final LoraOptions lora;
  private final Activations activations;
  private final LoraAdapter shape;
  private final Engine engine;
  private final NDManager manager;
  private final Map<String, Parameter> parameters = new LinkedHashMap<>();
  private final AdamW optimizer;
  private @Nullable Window window;
  private long steps;
  private double gradientNorm;
  private boolean closed;

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
    this.lora = lora(options);
    this.activations = activations;
    this.shape = start;
    this.steps = steps;
    this.optimizer = options.optimizer(updates);
    this.engine = DjlEngine.load();
    this.manager = model.weights().manager().newSubManager();
    for (String name : start.matrices().keySet()) {
      parameters.put(name, new Parameter(name, name, CausalLm.copy(manager, start, name), true));
    }
    try (NDArray view = manager.create(head, new Shape(1, head.length))) {
      parameters.put(HEAD, new Parameter(HEAD, HEAD, view.duplicate(), true));
    }
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
    trainer.parameters.forEach(
        (name, parameter) -> {
          float[] mean = state.means().get(name);
          float[] variance = state.variances().get(name);
          parameter.restore(Objects.requireNonNull(mean), Objects.requireNonNull(variance));
        });
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
        batch, false, (packed, hidden) -> model.logProbabilities(packed, hidden).mean().neg());
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
        (packed, hidden) ->
            loss.apply(scores(packed, hidden, score).reshape(batch.size(), branches)));
  }

  private NDArray scores(PackedTrees packed, NDArray hidden, BranchScore score) {
    if (score == BranchScore.HEAD) {
      NDArray rows = model.decoder().precision().widen(CausalLm.rowsOf(hidden, packed.ends()));
      return Torch.linear(rows, leaf(HEAD), null);
    }
    NDArray logs = model.logProbabilities(packed, hidden);
    int branches = packed.sources().size();
    int tokens = packed.allTargets().length;
    float[] shares = new float[branches * tokens];
    int at = 0;
    for (int b = 0; b < branches; b++) {
      int size = packed.sources().get(b).length;
      for (int i = 0; i < size; i++) {
        shares[b * tokens + at++] = score == BranchScore.MEAN ? 1f / size : 1;
      }
    }
    NDArray matrix = hidden.getManager().create(shares, new Shape(branches, tokens));
    return matrix.matMul(logs);
  }

  private interface Loss {
    NDArray of(PackedTrees packed, NDArray hidden);
  }

  private double step(List<TokenTree> batch, boolean whole, Loss loss) {
    model.check(batch);
    PackedTrees packed = new PackedTrees(batch, whole);
    lock.lock();
    DjlEngine.TRAINING.lock();
    try {
      requireOpen();
      Window current = window == null ? openWindow() : window;
      double value;
      try (NDManager scope = current.manager.newSubManager();
          GradientCollector collector = engine.newGradientCollector()) {
        Places places = model.places(packed, scope);
        value =
            activations == Activations.KEPT
                ? kept(packed, places, loss, scope)
                : recomputed(packed, places, loss, scope);
      }
      steps++;
      current.steps++;
      if (current.steps == options.accumulation()) {
        update(current);
      }
      return value;
    } catch (RuntimeException | Error e) {
      closeWindow();
      throw e;
    } finally {
      DjlEngine.TRAINING.unlock();
      lock.unlock();
    }
  }

  private double kept(PackedTrees packed, Places places, Loss loss, NDManager scope) {
    NDArray hidden = model.decoder().embed(packed.ids(scope));
    for (int i = 0; i < model.config().layers(); i++) {
      hidden = layer(i, hidden, places, scope);
    }
    return backward(packed, hidden, loss, scope);
  }

  private double recomputed(PackedTrees packed, Places places, Loss loss, NDManager scope) {
    int layers = model.config().layers();
    NDArray[] inputs = new NDArray[layers];
    NDArray hidden = model.decoder().embed(packed.ids(scope));
    Torch.recording(false);
    try {
      for (int i = 0; i < layers; i++) {
        inputs[i] = hidden.stopGradient();
        inputs[i].attach(scope);
        hidden = layer(i, hidden, places, scope);
      }
    } finally {
      Torch.recording(true);
    }
    NDArray leaf = Torch.leaf(hidden);
    double value = backward(packed, leaf, loss, scope);
    for (int i = layers - 1; i >= 0; i--) {
      NDArray gradient = Objects.requireNonNull(Torch.gradient(leaf));
      leaf = Torch.leaf(inputs[i]);
      try (NDManager inner = scope.newSubManager()) {
        NDArray handle = leaf.reshape(leaf.getShape());
        NDArray output = layer(i, handle, places, inner);
        Torch.backward(output, gradient);
      }
      gradient.close();
      inputs[i].close();
    }
    return value;
  }

  private NDArray layer(int index, NDArray hidden, Places places, NDManager scope) {
    if (lora.dropout() > 0) {
      Torch.seed((options.seed() * 1_000_003 + steps) * 1_009 + index);
    }
    Window current = Objects.requireNonNull(window);
    return model.decoder().layer(index, hidden, places, current.adapters, null, scope);
  }

  private double backward(PackedTrees packed, NDArray hidden, Loss loss, NDManager scope) {
    NDArray computed = loss.of(packed, model.decoder().lastNorm(hidden));
    if (computed.size() != 1) {
      throw new IllegalArgumentException(
          "the loss must be one number; got shape " + computed.getShape());
    }
    double value = computed.sum().getFloat();
    if (!Double.isFinite(value)) {
      throw new ModelException(
          "the loss of update %d is %s; the adapter keeps the values of the update before. A lower learning rate often helps"
              .formatted(optimizer.updates(), value));
    }
    Torch.backward(computed, scope.ones(computed.getShape()));
    return value;
  }

  private NDArray leaf(String name) {
    return Objects.requireNonNull(Objects.requireNonNull(window).leaves.get(name));
  }

  private Window openWindow() {
    NDManager owner = manager.newSubManager();
    Map<String, NDArray> leaves = new HashMap<>();
    parameters.forEach(
        (name, parameter) -> {
          NDArray leaf = Torch.leaf(parameter.value());
          leaf.attach(owner);
          leaves.put(name, leaf);
        });
    Window opened =
        new Window(owner, leaves, new Adapters(leaves, (float) shape.scale(), lora.dropout()));
    window = opened;
    return opened;
  }

  private void update(Window current) {
    Map<Parameter, NDArray> gradients = new LinkedHashMap<>();
    parameters.forEach(
        (name, parameter) -> {
          NDArray gradient = Torch.gradient(Objects.requireNonNull(current.leaves.get(name)));
          if (gradient != null) {
            gradients.put(parameter, gradient);
          }
        });
    if (gradients.isEmpty()) {
      throw new IllegalArgumentException("the loss does not depend on the adapter");
    }
    gradientNorm = optimizer.update(gradients, 1.0 / current.steps);
    closeWindow();
  }

  private void closeWindow() {
    if (window != null) {
      window.manager.close();
      window = null;
    }
  }

  /** The gradients accumulated since the last update, by matrix; for tests. */
  Map<String, float[]> gradients() {
    return locked(
        () -> {
          Map<String, float[]> all = new LinkedHashMap<>();
          if (window != null) {
            window.leaves.forEach(
                (name, leaf) -> {
                  NDArray gradient = Torch.gradient(leaf);
                  if (gradient != null) {
                    all.put(name, gradient.toFloatArray());
                  }
                });
          }
          return all;
        });
  }

  /**
   * Updates with the gradients of fewer steps than {@link TrainingOptions#accumulation()}, as at
   * the end of an epoch. Does nothing where there are none.
   */
  public void flush() {
    lock.lock();
    DjlEngine.TRAINING.lock();
    try {
      requireOpen();
      if (window != null) {
        update(window);
      }
    } finally {
      closeWindow();
      DjlEngine.TRAINING.unlock();
      lock.unlock();
    }
  }

  /** Steps made so far, those before a resumption included. */
  public long steps() {
    return locked(() -> steps);
  }

  /** Updates made so far, those before a resumption included. */
  public int updates() {
    return locked(optimizer::updates);
  }

  /** The norm of all gradients before clipping at the last update; 0 before the first. */
  public double gradientNorm() {
    return locked(() -> gradientNorm);
  }

  /** The adapter as it is now. */
  public LoraAdapter adapter() {
    return locked(
        () -> {
          Map<String, float[]> matrices = new LinkedHashMap<>();
          shape.matrices().keySet().forEach(name -> matrices.put(name, values(name)));
          return LoraAdapter.of(model.config(), shape.rank(), shape.alpha(), matrices);
        });
  }

  /** The head of {@link BranchScore#HEAD} as it is now: [hidden]. */
  public float[] head() {
    return locked(() -> values(HEAD));
  }

  private float[] values(String name) {
    return parameter(name).value().toFloatArray();
  }

  private Parameter parameter(String name) {
    return Objects.requireNonNull(parameters.get(name));
  }

  /**
   * Writes all that {@link #resume} needs into one file, whole or not at all.
   *
   * @throws IllegalStateException between two updates: {@link #flush} first, or save after an
   *     update
   */
  public void save(Path file) {
    locked(
        () -> {
          if (window != null) {
            throw new IllegalStateException("a training is saved after an update, not before it");
          }
          Map<String, float[]> means = new LinkedHashMap<>();
          Map<String, float[]> variances = new LinkedHashMap<>();
          parameters.forEach(
              (name, parameter) -> {
                means.put(name, parameter.mean().toFloatArray());
                variances.put(name, parameter.variance().toFloatArray());
              });
          new TrainingState(adapter(), head(), means, variances, optimizer.updates(), steps)
              .write(file, options);
          return true;
        });
  }

  private <T> T locked(Supplier<T> action) {
    lock.lock();
    try {
      requireOpen();
      return action.get();
    } finally {
      lock.unlock();
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("this training is closed");
    }
  }

  /** Frees the adapter and what its updates need, not the model. Closing again does nothing. */
  @Override
  public void close() {
    lock.lock();
    try {
      if (!closed) {
        closed = true;
        closeWindow();
        manager.close();
      }
    } finally {
      lock.unlock();
    }
  }

  /** The leaves between two updates, and how many steps have added to their gradients. */
  private static final class Window {
    private final NDManager manager;
    private final Map<String, NDArray> leaves;
    private final Adapters adapters;
    private int steps;

    Window(NDManager manager, Map<String, NDArray> leaves, Adapters adapters) {
      this.manager = manager;
      this.leaves = leaves;
      this.adapters = adapters;
    }
  }
}
