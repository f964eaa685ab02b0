package dev.rpdr.nn;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.TensorInfo;
import dev.rpdr.ModelException;
import dev.rpdr.ProgressListener;
import dev.rpdr.Provenance;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Pairs of texts to scores, by a cross-encoder in an ONNX graph: a transformer that reads both
 * texts together (Nogueira and Cho, 2019, "Passage Re-ranking with BERT") and has one float output
 * named {@code score}, or {@code logits} as Optimum and the bge re-rankers call it, of shape
 * [batch, 1] or [batch].
 *
 * <p>Scores are the graph's own numbers, neither squashed nor scaled: they order the candidates of
 * one mention, higher is better. A pair has the same score alone and among others, but for the last
 * bits of a float. Thread-safe. Holds native memory, closed as {@link TextEncoder} is.
 */
public final class PairScorer implements AutoCloseable {
  private static final List<String> OUTPUTS = List.of("score", "logits");
  private static final int PROBE_WIDTH = 5;

  private final TextModel model;
  private final String output;
  private final Provenance provenance;

  private PairScorer(TextModel model, String output) {
    this.model = model;
    this.output = output;
    provenance = model.provenance();
  }

  /** Opens a scorer on the processor. */
  public static PairScorer open(ModelFiles files, int maxTokens) {
    return open(files, maxTokens, RunOptions.defaults());
  }

  /**
   * Opens a scorer.
   *
   * @param maxTokens pairs are cut to this many tokens, special ones included, the longer text
   *     first
   * @throws ModelException if a file is missing or broken, if the graph's inputs or outputs are not
   *     those of a cross-encoder, if the tokenizer is another model's, if the device cannot be
   *     used; all that was opened is closed again
   */
  public static PairScorer open(ModelFiles files, int maxTokens, RunOptions run) {
    TextModel model = TextModel.open("the scorer", files, maxTokens, run);
    try {
      String output = output(model.graph());
      long[] shape = model.probe(output, PROBE_WIDTH);
      if (LongStream.of(shape).reduce(1, (a, b) -> a * b) != 2) {
        throw new ModelException(
            String.format(
                "%s: output %s is of shape %s for 2 pairs, expected one score a pair",
                files.name(), output, Arrays.toString(shape)));
      }
      return new PairScorer(model, output);
    } catch (RuntimeException | Error e) {
      model.close();
      throw e;
    }
  }

  /** The score of each pair, in the pairs' order. */
  public float[] score(List<TextPair> pairs) {
    return score(pairs, ProgressListener.SILENT);
  }

  /** As {@link #score(List)}; the listener hears stage {@code score}, in pairs. */
  public float[] score(List<TextPair> pairs, ProgressListener listener) {
    float[] scores = new float[pairs.size()];
    model.run(
        pairs,
        model.tokenizer()::encodePairs,
        output,
        (i, row) -> scores[i] = row.data()[row.offset()],
        "score",
        listener);
    return scores;
  }

  /** Where the scorer in fact runs. */
  public Device device() {
    return model.graph().device();
  }

  /** Hashes of the files, the device in fact used, ONNX Runtime's version. */
  public Provenance provenance() {
    return provenance;
  }

  @Override
  public void close() {
    model.close();
  }

  private static String output(OnnxGraph graph) {
    return OUTPUTS.stream()
        .filter(name -> isScore(graph.outputs().get(name)))
        .findFirst()
        .orElseThrow(
            () ->
                new ModelException(
                    String.format(
                        "%s is no cross-encoder: needed is a float output [batch, 1] or [batch]"
                            + " named one of %s; its outputs are %s",
                        graph.name(), OUTPUTS, graph.describeOutputs())));
  }

  private static boolean isScore(@Nullable TensorInfo info) {
    if (info == null || (info.type != OnnxJavaType.FLOAT && info.type != OnnxJavaType.FLOAT16)) {
      return false;
    }
    long[] shape = info.getShape();
    return shape.length == 1 || (shape.length == 2 && shape[1] <= 1);
  }
}
