package dev.rpdr.nn.train;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ai.onnx.proto.OnnxMl.ModelProto;
import dev.rpdr.ModelException;
import dev.rpdr.nn.torch.AdamW;
import dev.rpdr.nn.torch.DjlEngine;
import dev.rpdr.nn.torch.Parameter;
import dev.rpdr.nn.torch.Torch;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An ONNX encoder whose weights can be trained. The file's nodes are executed by PyTorch under
 * autograd; what exporters took apart (layer normalisation, GELU, linear layers) is recognised and
 * run as one operation. On opening, the output is compared with ONNX Runtime's; a difference of
 * 1e-4 or more is refused.
 *
 * <pre>{@code
 * try (TrainableGraph graph = TrainableGraph.open(file, TrainingOptions.of(updates))) {
 *   for (Batch batch : batches) {
 *     double loss = graph.step(forward -> {
 *       NDArray hidden = forward.run(batch.ids(), batch.mask(), null);
 *       return lossOf(forward.pool(hidden, batch.mask(), Pooling.MEAN));
 *     });
 *   }
 *   graph.writeOnnx(trained);
 * }
 * }</pre>
 *
 * <p>Models: BERT-like graphs with 32-bit floats whose weights lie inside the file (below 2 GB).
 * Native memory is about four times that of the weights being trained, plus what one step needs;
 * each step frees what it made. Nothing survives a crash but what {@link #writeOnnx} wrote: write
 * after each epoch.
 *
 * <p>Safe for use by several threads, one after the other: a call waits for the one before. Steps
 * of different graphs wait for each other too, since DJL collects gradients for one at a time in a
 * process. A function passed in must not hand its arrays to other threads.
 */
public final class TrainableGraph implements AutoCloseable {
  private static final String NO_DEPENDENCE =
      "the loss does not depend on any weight being trained";

  private final ReentrantLock lock = new ReentrantLock();
  private final ModelProto model;
  private final Graph graph;
  private final Plan plan;
  private final TrainingOptions options;
  private final Engine engine;
  private final NDManager manager;
  private final Weights weights;
  private final WeightNames names;
  private final Random random;
  private final AdamW optimizer;
  private @Nullable Window window;
  private double gradientNorm;
  private boolean closed;

  private TrainableGraph(byte[] onnx, TrainingOptions options, boolean fuse) {
    this.options = options;
    this.model = OnnxFile.parse(onnx);
    Graph read = Graph.of(model, options.output());
    Graph fused = fuse ? Fusion.apply(read) : read;
    this.names = new WeightNames(fused);
    Lora lora = options.lora() == null ? null : Lora.of(options.lora(), names, fused);
    Graph adapted = lora == null ? fused : lora.applyTo(fused);
    this.graph = options.dropout() > 0 ? Fusion.withDropout(adapted) : adapted;
    Set<String> adapters = new HashSet<>();
    if (lora != null) {
      lora.adapters().values().forEach(a -> adapters.addAll(List.of(a.a(), a.b())));
    }
    this.plan = Plan.of(graph, adapters);
    Inputs.requireKnown(plan.inputs());
    this.random = new Random(options.seed());
    this.optimizer = options.optimizer(0);
    this.engine = DjlEngine.load();
    this.manager = engine.newBaseManager(DjlEngine.device(engine, options.device()));
    this.weights = new Weights(graph, names, lora, manager);
    try {
      weights.load(plan.tensors(), options.freeze(), random);
      Torch.seed(options.seed());
      verify(onnx);
    } catch (RuntimeException | Error e) {
      manager.close();
      throw e;
    }
  }

  /**
   * Opens a model.
   *
   * @param onnx the bytes of the file
   * @throws ModelException where it is no ONNX model, uses an operator, type or input that is not
   *     supported, has no trainable weight, or computes something else than in ONNX Runtime; also
   *     where PyTorch's native library or the device is missing
   */
  public static TrainableGraph open(byte[] onnx, TrainingOptions options) {
    return open(onnx, options, true);
  }

  /** Opens a model from a file; see {@link #open(byte[], TrainingOptions)}. */
  public static TrainableGraph open(Path onnx, TrainingOptions options) {
    Objects.requireNonNull(options, "options");
    return open(OnnxFile.read(Objects.requireNonNull(onnx, "onnx")), options);
  }

  static TrainableGraph open(byte[] onnx, TrainingOptions options, boolean fuse) {
    Objects.requireNonNull(onnx, "onnx");
    Objects.requireNonNull(options, "options");
    return new TrainableGraph(onnx, options, fuse);
  }

  private void verify(byte[] onnx) {
    Map<String, HostTensor> sample = Inputs.sample(graph);
    float[] expected = Verification.onnxRuntime(onnx, outputName(), sample);
    float[] actual;
    try (NDManager scope = manager.newSubManager()) {
      actual =
          plan.run(scope, weights.bind(scope, false), sample, Call.Mode.EVALUATION).toFloatArray();
    }
    double difference = Verification.difference(expected, actual);
    if (!(difference < Verification.TOLERANCE)) {
      throw new ModelException(
          "this model computes something else here than in ONNX Runtime: output '%s' differs by %.3g, at most %.0e is allowed"
              .formatted(outputName(), difference, Verification.TOLERANCE));
    }
  }

  /**
   * Adds a trainable parameter of the caller's, such as a scoring layer; read it by {@link
   * Forward#parameter}. One-dimensional parameters do not decay.
   *
   * @param name not yet taken
   * @param values start values, row-major; copied
   * @param shape sizes of the dimensions, whose product is the number of values
   * @throws IllegalStateException after the first step
   */
  public void parameter(String name, float[] values, long... shape) {
    Objects.requireNonNull(name, "name");
    lock.lock();
    try {
      requireOpen();
      if (optimizer.updates() > 0 || window != null) {
        throw new IllegalStateException("parameters are added before the first step");
      }
      if (weights.find(name) != null) {
        throw new IllegalArgumentException("there is a parameter '%s' already".formatted(name));
      }
      if (HostTensor.size(shape) != values.length) {
        throw new IllegalArgumentException(
            "parameter '%s' of shape %s needs %d values; got %d"
                .formatted(name, new Shape(shape), HostTensor.size(shape), values.length));
      }
      weights.add(name, name, values, new Shape(shape), true);
    } finally {
      lock.unlock();
    }
  }

  /**
   * The present values of a parameter or weight, row-major, as a copy.
   *
   * @throws IllegalArgumentException where there is none of that name
   */
  public float[] values(String name) {
    return locked(() -> weights.require(name).value().toFloatArray());
  }

  /** Names of what is being trained, in the graph's order. */
  public List<String> trainableNames() {
    return locked(() -> weights.trainable().stream().map(Parameter::name).toList());
  }

  /** Names of the weights of matrix products, which {@link LoraOptions#pattern()} chooses from. */
  public List<String> matrixNames() {
    return names.matrices();
  }

  /** How many numbers are being trained. */
  public long trainableSize() {
    return locked(() -> weights.trainable().stream().mapToLong(Parameter::size).sum());
  }

  /** The length of the output's last dimension for one short text: an encoder's hidden size. */
  public int hiddenSize() {
    return evaluate(
        forward -> {
          NDArray output = forward.run(new long[][] {{0, 0}}, new long[][] {{1, 1}}, null);
          Shape shape = output.getShape();
          return Math.toIntExact(shape.get(shape.dimension() - 1));
        });
  }

  /** Updates made so far. */
  public int updates() {
    return locked(optimizer::updates);
  }

  /** The learning rate of the next update. */
  public double learningRate() {
    return locked(() -> options.rate(optimizer.updates()));
  }

  /** The norm of all gradients before clipping at the last update; 0 before the first. */
  public double gradientNorm() {
    return locked(() -> gradientNorm);
  }

  public TrainingOptions options() {
    return options;
  }

  /**
   * Computes a loss and its gradients, and with every {@link TrainingOptions#accumulation()}-th
   * call changes the weights.
   *
   * @param loss builds the loss, one number, from the graph's output
   * @return the loss
   * @throws ModelException where the loss or its gradients are not finite; the weights then keep
   *     the values that they had before, and gradients accumulated since the last update are
   *     dropped
   */
  public double step(Function<Forward, NDArray> loss) {
    Objects.requireNonNull(loss, "loss");
    lock.lock();
    DjlEngine.TRAINING.lock();
    try {
      requireOpen();
      Window current = window == null ? openWindow() : window;
      double value = collect(current, loss);
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

  /**
   * Updates the weights with the gradients of fewer steps than {@link
   * TrainingOptions#accumulation()}, as at the end of an epoch. Does nothing where there are none.
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

  private double collect(Window current, Function<Forward, NDArray> loss) {
    try (NDManager scope = current.manager.newSubManager();
        GradientCollector collector = engine.newGradientCollector()) {
      Call.Mode mode = new Call.Mode(true, options.dropout());
      NDArray computed = loss.apply(new Run(plan, scope, current.leaves, weights::keyOf, mode));
      if (computed.size() != 1) {
        throw new IllegalArgumentException(
            "the loss must be one number; got shape " + computed.getShape());
      }
      double value = computed.sum().getFloat();
      if (!Double.isFinite(value)) {
        throw new ModelException(
            "the loss of update %d is %s; the weights keep the values of the update before. A lower learning rate often helps"
                .formatted(optimizer.updates(), value));
      }
      backward(collector, computed);
      return value;
    }
  }

  private static void backward(GradientCollector collector, NDArray loss) {
    try {
      collector.backward(loss);
    } catch (EngineException e) {
      if (String.valueOf(e.getMessage()).contains("does not require grad")) {
        throw new IllegalArgumentException(NO_DEPENDENCE, e);
      }
      throw new ModelException("gradients cannot be computed: " + e.getMessage(), e);
    }
  }

  private void update(Window current) {
    Map<Parameter, NDArray> gradients = new LinkedHashMap<>();
    for (Parameter p : weights.trainable()) {
      NDArray leaf = current.leaves.get(p.key());
      NDArray gradient = leaf == null ? null : Torch.gradient(leaf);
      if (gradient != null) {
        gradients.put(p, gradient);
      }
    }
    if (gradients.isEmpty()) {
      throw new IllegalArgumentException(NO_DEPENDENCE);
    }
    gradientNorm = optimizer.update(gradients, 1.0 / current.steps);
    closeWindow();
  }

  private Window openWindow() {
    NDManager owner = manager.newSubManager();
    Window opened = new Window(owner, weights.bind(owner, true));
    window = opened;
    return opened;
  }

  private void closeWindow() {
    if (window != null) {
      window.manager.close();
      window = null;
    }
  }

  /**
   * Runs the graph without gradients or dropout.
   *
   * @param function computes something that is no NDArray; its arrays are freed when it returns
   */
  public <T> T evaluate(Function<Forward, T> function) {
    Objects.requireNonNull(function, "function");
    return locked(
        () -> {
          try (NDManager scope = manager.newSubManager()) {
            Map<String, NDArray> bound = weights.bind(scope, false);
            return function.apply(
                new Run(plan, scope, bound, weights::keyOf, Call.Mode.EVALUATION));
          }
        });
  }

  /**
   * Writes the model with its present weights, adapters merged in. All else in the file stays as it
   * was, byte by byte. Other files are written beside it first and moved into place, so that a
   * reader never sees half of one. Parameters added by {@link #parameter} are not written.
   *
   * @throws ModelException where a weight is not finite or the file cannot be written
   */
  public void writeOnnx(Path path) {
    Objects.requireNonNull(path, "path");
    locked(
        () -> {
          OnnxFile.write(trained().build(), path);
          return true;
        });
  }

  /**
   * Writes the model with a scoring head behind its output: the new output is {@code score} [batch,
   * 1], and the only one. The file can be opened and trained further.
   *
   * @param head a head of this graph
   * @throws ModelException as {@link #writeOnnx(Path)}; also where mean pooling is asked of a model
   *     without {@code attention_mask}
   */
  public void writeOnnx(Path path, ScoringHead head) {
    Objects.requireNonNull(head, "head");
    write(path, head.graph(), head::appendTo);
  }

  /**
   * Writes the model with a head for tokens behind its output: the new output is {@code
   * token_score} [batch, length], and the only one. The file can be opened and trained further.
   *
   * @param head a head of this graph
   * @throws ModelException as {@link #writeOnnx(Path)}
   */
  public void writeOnnx(Path path, TokenHead head) {
    Objects.requireNonNull(head, "head");
    write(path, head.graph(), head::appendTo);
  }

  private void write(Path path, TrainableGraph owner, BiConsumer<ModelProto.Builder, String> head) {
    Objects.requireNonNull(path, "path");
    if (owner != this) {
      throw new IllegalArgumentException("the head belongs to another graph");
    }
    locked(
        () -> {
          ModelProto.Builder builder = trained();
          head.accept(builder, outputName());
          OnnxFile.write(builder.build(), path);
          return true;
        });
  }

  private String outputName() {
    return options.output().isEmpty() ? model.getGraph().getOutput(0).getName() : options.output();
  }

  boolean has(String name) {
    return locked(() -> weights.find(name) != null);
  }

  Random random() {
    return random;
  }

  private ModelProto.Builder trained() {
    ModelProto.Builder builder = model.toBuilder();
    if (optimizer.updates() > 0) {
      weights.writeInto(builder);
    }
    return builder;
  }

  private <T> T locked(java.util.function.Supplier<T> action) {
    lock.lock();
    try {
      requireOpen();
      return action.get();
    } finally {
      lock.unlock();
    }
  }

  /** How many native arrays are alive between steps; constant once every weight was updated. */
  int managedArrays() {
    return locked(() -> manager.getManagedArrays().size());
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("this graph is closed");
    }
  }

  /** Frees all native memory. Closing again does nothing. */
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
    private int steps;

    Window(NDManager manager, Map<String, NDArray> leaves) {
      this.manager = manager;
      this.leaves = leaves;
    }
  }
}
