package dev.rpdr.nn;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.TensorInfo;
import dev.rpdr.ModelException;
import dev.rpdr.ProgressListener;
import dev.rpdr.Provenance;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Texts to vectors, by a transformer in an ONNX graph.
 *
 * <p>A text has the same vector alone and among others, but for the last bits of a float. An empty
 * text is encoded like any other, as its special tokens; {@code null} is refused. Thread-safe.
 * Holds native memory: who opens it closes it, closing twice is harmless, and calls after that are
 * an {@link IllegalStateException}; calls that run while it is closed come to their end.
 */
public final class TextEncoder implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(TextEncoder.class);

  private static final List<String> TOKEN_OUTPUTS =
      List.of("last_hidden_state", "token_embeddings");
  private static final List<String> TEXT_OUTPUTS =
      List.of("sentence_embedding", "text_embeds", "pooler_output");
  private static final int PROBE_WIDTH = 5;

  private final TextModel model;
  private final EncoderOptions options;
  private final String output;
  private final int dimension;
  private final Provenance provenance;

  private TextEncoder(
      TextModel model, EncoderOptions options, String output, int dimension, Provenance made) {
    this.model = model;
    this.options = options;
    this.output = output;
    this.dimension = dimension;
    Provenance facts =
        model
            .provenance()
            .with("pooling", options.pooling())
            .with("normalise", options.normalise());
    if (!options.queryPrefix().isBlank()) {
      facts = facts.with("query-prefix", options.queryPrefix());
    }
    provenance = facts.with("trained", made);
  }

  /** Opens an encoder whose folder says what its vectors mean, on the processor. */
  public static TextEncoder open(ModelFiles files) {
    return open(files, RunOptions.defaults());
  }

  /**
   * Opens an encoder whose folder says what its vectors mean.
   *
   * @throws ModelException as {@link #open(ModelFiles, EncoderOptions, RunOptions)} does, and if
   *     there is no {@value EncoderConfig#FILE}
   */
  public static TextEncoder open(ModelFiles files, RunOptions run) {
    EncoderConfig config =
        files
            .config()
            .orElseThrow(
                () ->
                    new ModelException(
                        files.name()
                            + " has no "
                            + EncoderConfig.FILE
                            + " that tells its pooling: give EncoderOptions"));
    return open(files, config.options(), run, Optional.of(config));
  }

  /** Opens an encoder on the processor. */
  public static TextEncoder open(ModelFiles files, EncoderOptions options) {
    return open(files, options, RunOptions.defaults());
  }

  /**
   * Opens an encoder. The options given here count, also where the folder has an {@value
   * EncoderConfig#FILE}; a difference is logged.
   *
   * @throws ModelException if a file is missing or broken, if the graph's inputs or outputs are not
   *     those of an encoder, if the tokenizer is another model's, if the device cannot be used; all
   *     that was opened is closed again
   */
  public static TextEncoder open(ModelFiles files, EncoderOptions options, RunOptions run) {
    Objects.requireNonNull(options, "options");
    Optional<EncoderConfig> config = files.config();
    config
        .map(EncoderConfig::options)
        .filter(told -> !told.equals(options))
        .ifPresent(
            told -> log.warn("{}: opened with {}, made with {}", files.name(), options, told));
    return open(files, options, run, config);
  }

  private static TextEncoder open(
      ModelFiles files, EncoderOptions options, RunOptions run, Optional<EncoderConfig> config) {
    TextModel model = TextModel.open("the encoder", files, options.maxTokens(), run);
    try {
      String output = output(model.graph(), options.pooling());
      long[] shape = model.probe(output, PROBE_WIDTH);
      Provenance made = config.map(EncoderConfig::provenance).orElse(Provenance.none());
      int dimension = dimension(model.graph(), output, shape, options.pooling());
      return new TextEncoder(model, options, output, dimension, made);
    } catch (RuntimeException | Error e) {
      model.close();
      throw e;
    }
  }

  /** The length of each vector. */
  public int dimension() {
    return dimension;
  }

  /** What the vectors mean. */
  public EncoderOptions options() {
    return options;
  }

  /** Where the encoder in fact runs. */
  public Device device() {
    return model.graph().device();
  }

  /**
   * Hashes of the files ({@code model.sha256}, {@code tokenizer.sha256}), the options, the device
   * in fact used, ONNX Runtime's version, and under {@code trained.} what {@value
   * EncoderConfig#FILE} says.
   */
  public Provenance provenance() {
    return provenance;
  }

  /** The vector of one text. */
  public float[] encode(String text) {
    return encodeAll(List.of(text))[0];
  }

  /** The vectors of many texts, {@code float[texts.size()][dimension()]}, in the texts' order. */
  public float[][] encodeAll(List<String> texts) {
    return encodeAll(texts, ProgressListener.SILENT);
  }

  /** As {@link #encodeAll(List)}; the listener hears stage {@code encode}, in texts. */
  public float[][] encodeAll(List<String> texts, ProgressListener listener) {
    return vectors(texts, model.tokenizer()::encodeAll, listener);
  }

  /** The vector of a query: of the text with the query prefix in front. */
  public float[] encodeQuery(String query) {
    return encodeQueries(List.of(query))[0];
  }

  /** The vectors of many queries. See {@link #encodeQuery} and {@link #encodeAll(List)}. */
  public float[][] encodeQueries(List<String> queries) {
    return encodeAll(queries.stream().map(options.queryPrefix()::concat).toList());
  }

  /** The vectors of pairs of texts that the model reads together, in the pairs' order. */
  public float[][] encodePairs(List<TextPair> pairs) {
    return encodePairs(pairs, ProgressListener.SILENT);
  }

  /** As {@link #encodePairs(List)}; the listener hears stage {@code encode}, in pairs. */
  public float[][] encodePairs(List<TextPair> pairs, ProgressListener listener) {
    return vectors(pairs, model.tokenizer()::encodePairs, listener);
  }

  @Override
  public void close() {
    model.close();
  }

  private <T> float[][] vectors(
      List<T> items, Function<List<T>, List<TokenSequence>> tokenize, ProgressListener listener) {
    float[][] vectors = new float[items.size()][];
    model.run(items, tokenize, output, (i, row) -> vectors[i] = vector(row), "encode", listener);
    return vectors;
  }

  private float[] vector(TextModel.Row row) {
    float[] vector = options.pooling().pool(row.data(), row.offset(), row.tokens(), dimension);
    if (options.normalise()) {
      normalise(vector);
    }
    return vector;
  }

  /** Scales to length 1; the zero vector stays what it is. */
  private static void normalise(float[] vector) {
    double squares = 0;
    for (float x : vector) {
      squares += (double) x * x;
    }
    if (squares > 0) {
      float scale = (float) (1 / Math.sqrt(squares));
      for (int d = 0; d < vector.length; d++) {
        vector[d] *= scale;
      }
    }
  }

  private static String output(OnnxGraph graph, Pooling pooling) {
    int rank = pooling == Pooling.IN_GRAPH ? 2 : 3;
    Map<String, TensorInfo> outputs = graph.outputs();
    List<String> fitting =
        outputs.entrySet().stream()
            .filter(e -> e.getValue().getShape().length == rank && isFloat(e.getValue()))
            .map(Map.Entry::getKey)
            .toList();
    List<String> known = pooling == Pooling.IN_GRAPH ? TEXT_OUTPUTS : TOKEN_OUTPUTS;
    Optional<String> named = known.stream().filter(fitting::contains).findFirst();
    if (named.isPresent()) {
      return named.get();
    }
    if (fitting.size() == 1) {
      return fitting.get(0);
    }
    throw new ModelException(
        String.format(
            "%s has no output fit for pooling %s: needed is a float output of rank %d (%s), named"
                + " one of %s or the only such; its outputs are %s%s",
            graph.name(),
            pooling,
            rank,
            rank == 3 ? "[batch, sequence, dimension]" : "[batch, dimension]",
            known,
            graph.describeOutputs(),
            rank == 3 ? "; a graph that pools by itself is opened with Pooling.IN_GRAPH" : ""));
  }

  private static boolean isFloat(TensorInfo info) {
    return info.type == OnnxJavaType.FLOAT || info.type == OnnxJavaType.FLOAT16;
  }

  private static int dimension(OnnxGraph graph, String output, long[] shape, Pooling pooling) {
    long[] leading = pooling == Pooling.IN_GRAPH ? new long[] {2} : new long[] {2, PROBE_WIDTH};
    boolean fits =
        shape.length == leading.length + 1
            && Arrays.equals(Arrays.copyOf(shape, leading.length), leading)
            && shape[leading.length] > 0;
    if (!fits) {
      throw new ModelException(
          String.format(
              "%s: output %s is of shape %s for 2 texts of %d tokens, expected %s and a dimension",
              graph.name(), output, Arrays.toString(shape), PROBE_WIDTH, Arrays.toString(leading)));
    }
    return (int) shape[leading.length];
  }
}
