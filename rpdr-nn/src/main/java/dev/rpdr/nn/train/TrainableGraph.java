package dev.rpdr.nn.train;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ai.onnx.proto.OnnxMl.ModelProto;
import dev.rpdr.ModelException;
import dev.rpdr.nn.torch.Accumulation;
import dev.rpdr.nn.torch.DjlEngine;
import dev.rpdr.nn.torch.Gate;
import dev.rpdr.nn.torch.Parameter;
import dev.rpdr.nn.torch.Torch;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.function.Function;

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
  private final Gate gate = new Gate("this graph");
  private final Blueprint blueprint;
  private final TrainingOptions options;
  private final NDManager manager;
  private final Weights weights;
  private final Random random;
  private final Accumulation accumulation;

  private TrainableGraph(byte[] onnx, TrainingOptions options, boolean fuse) {
    this.options = options;
    this.blueprint = Blueprint.of(OnnxFile.parse(onnx), options, fuse);
    this.random = new Random(options.seed());
    Engine engine = DjlEngine.load();
    this.manager = engine.newBaseManager(DjlEngine.device(engine, options.device()));
    this.weights = new Weights(blueprint.graph(), blueprint.names(), blueprint.lora(), manager);
    this.accumulation =
        new Accumulation(
            manager,
            options.optimizer(0),
            options.accumulation(),
            weights::trainable,
            owner -> weights.bind(owner, true));
    try {
      weights.load(blueprint.plan().tensors(), options.freeze(), random);
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
    Map<String, HostTensor> sample = Inputs.sample(blueprint.graph());
    try (NDManager scope = manager.newSubManager()) {
      Map<String, NDArray> bound = weights.bind(scope, false);
      NDArray output = blueprint.plan().run(scope, bound, sample, Call.Mode.EVALUATION);
      Verification.requireSame(onnx, blueprint.output(), sample, output.toFloatArray());
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
    gate.pass(
        () -> {
          if (accumulation.updates() > 0 || accumulation.isOpen()) {
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
          return true;
        });
  }

  /**
   * The present values of a parameter or weight, row-major, as a copy.
   *
   * @throws IllegalArgumentException where there is none of that name
   */
  public float[] values(String name) {
    return gate.pass(() -> weights.require(name).value().toFloatArray());
  }

  /** Names of what is being trained, in the graph's order. */
  public List<String> trainableNames() {
    return gate.pass(() -> weights.trainable().stream().map(Parameter::name).toList());
  }

  /** Names of the weights of matrix products, which {@link LoraOptions#pattern()} chooses from. */
  public List<String> matrixNames() {
    return blueprint.names().matrices();
  }

  /** How many numbers are being trained. */
  public long trainableSize() {
    return gate.pass(() -> weights.trainable().stream().mapToLong(Parameter::size).sum());
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
    return gate.pass(accumulation::updates);
  }

  /** The learning rate of the next update. */
  public double learningRate() {
    return gate.pass(() -> options.rate(accumulation.updates()));
  }

  /** The norm of all gradients before clipping at the last update; 0 before the first. */
  public double gradientNorm() {
    return gate.pass(accumulation::gradientNorm);
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
    return gate.train(
        () ->
            accumulation.step(
                (scope, leaves, collector) -> collect(scope, leaves, collector, loss)));
  }

  /**
   * Updates the weights with the gradients of fewer steps than {@link
   * TrainingOptions#accumulation()}, as at the end of an epoch. Does nothing where there are none.
   */
  public void flush() {
    gate.train(
        () -> {
          accumulation.flush();
          return true;
        });
  }

  private double collect(
      NDManager scope,
      Map<String, NDArray> leaves,
      GradientCollector collector,
      Function<Forward, NDArray> loss) {
    Call.Mode mode = new Call.Mode(true, options.dropout());
    NDArray computed = loss.apply(new Run(blueprint.plan(), scope, leaves, weights::keyOf, mode));
    if (computed.size() != 1) {
      throw new IllegalArgumentException(
          "the loss must be one number; got shape " + computed.getShape());
    }
    double value = computed.sum().getFloat();
    if (!Double.isFinite(value)) {
      throw new ModelException(
          "the loss of update %d is %s; the weights keep the values of the update before. A lower learning rate often helps"
              .formatted(accumulation.updates(), value));
    }
    backward(collector, computed);
    return value;
  }

  private static void backward(GradientCollector collector, NDArray loss) {
    try {
      collector.backward(loss);
    } catch (EngineException e) {
      if (String.valueOf(e.getMessage()).contains("does not require grad")) {
        throw new IllegalArgumentException(Accumulation.NO_DEPENDENCE, e);
      }
      throw new ModelException("gradients cannot be computed: " + e.getMessage(), e);
    }
  }

  /**
   * Runs the graph without gradients or dropout.
   *
   * @param function computes something that is no NDArray; its arrays are freed when it returns
   */
  public <T> T evaluate(Function<Forward, T> function) {
    Objects.requireNonNull(function, "function");
    return gate.pass(
        () -> {
          try (NDManager scope = manager.newSubManager()) {
            Map<String, NDArray> bound = weights.bind(scope, false);
            return function.apply(
                new Run(blueprint.plan(), scope, bound, weights::keyOf, Call.Mode.EVALUATION));
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
    gate.pass(
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
    gate.pass(
        () -> {
          ModelProto.Builder builder = trained();
          head.accept(builder, blueprint.output());
          OnnxFile.write(builder.build(), path);
          return true;
        });
  }

  boolean has(String name) {
    return gate.pass(() -> weights.find(name) != null);
  }

  Random random() {
    return random;
  }

  private ModelProto.Builder trained() {
    ModelProto.Builder builder = blueprint.model().toBuilder();
    if (accumulation.updates() > 0) {
      weights.writeInto(builder);
    }
    return builder;
  }

  /** How many native arrays are alive between steps; constant once every weight was updated. */
  int managedArrays() {
    return gate.pass(() -> manager.getManagedArrays().size());
  }

  /** Frees all native memory. Closing again does nothing. */
  @Override
  public void close() {
    gate.close(
        () -> {
          accumulation.drop();
          manager.close();
        });
  }
}
