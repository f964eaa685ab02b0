package dev.rpdr.nn;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.TensorInfo;
import dev.rpdr.ModelException;
import dev.rpdr.ProgressListener;
import dev.rpdr.Provenance;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Scores several texts for one, all of which are read together ({@link ListTokenizer}): a
 * transformer in an ONNX graph whose one output is a number for each token, float {@code
 * token_score} [batch, sequence]; the score of a text is the mean over its tokens. (Mean pooling
 * and a linear head commute, so the graph can end in the head and spans be pooled here.)
 *
 * <p>A text's score depends on what it is read with and where it stands; higher is better. Scores
 * compare within one list only. Thread-safe. Holds native memory, closed as {@link TextEncoder} is.
 */
public final class ListScorer implements AutoCloseable {
  /** The name of the output. */
  public static final String OUTPUT = "token_score";

  private static final int PROBE_WIDTH = 5;

  private final TextModel model;
  private final ListTokenizer tokenizer;
  private final Provenance provenance;

  private ListScorer(TextModel model, ListTokenizer tokenizer) {
    this.model = model;
    this.tokenizer = tokenizer;
    provenance = model.provenance();
  }

  /**
   * Opens a scorer.
   *
   * @param maxTokens the most tokens of a sequence, special ones included; lists that are longer
   *     are spread over several
   * @throws ModelException if a file is missing or broken, if the graph's inputs or output are
   *     others, if the tokenizer is another model's, if the device cannot be used; all that was
   *     opened is closed again
   */
  public static ListScorer open(ModelFiles files, int maxTokens, RunOptions run) {
    TextModel model = TextModel.open("the list scorer", files, maxTokens, run);
    try {
      TensorInfo info = model.graph().outputs().get(OUTPUT);
      if (info == null || info.type != OnnxJavaType.FLOAT || info.getShape().length != 2) {
        throw new ModelException(
            String.format(
                "%s scores no lists: needed is a float output %s [batch, sequence]; its outputs are"
                    + " %s",
                files.name(), OUTPUT, model.graph().describeOutputs()));
      }
      long[] shape = model.probe(OUTPUT, PROBE_WIDTH);
      if (!Arrays.equals(shape, new long[] {2, PROBE_WIDTH})) {
        throw new ModelException(
            String.format(
                "%s: output %s is of shape %s for 2 sequences of %d tokens, expected one number a"
                    + " token",
                files.name(), OUTPUT, Arrays.toString(shape), PROBE_WIDTH));
      }
      return new ListScorer(model, ListTokenizer.of(model.tokenizer()));
    } catch (RuntimeException | Error e) {
      model.close();
      throw e;
    }
  }

  /** For each list, in order, the scores of its others, in theirs. */
  public List<float[]> score(List<TextList> lists) {
    List<List<ListSequence>> encoded = tokenizer.encodeAll(lists);
    List<float[]> scores = new ArrayList<>(lists.size());
    List<Part> parts = new ArrayList<>();
    for (int i = 0; i < encoded.size(); i++) {
      float[] own = new float[lists.get(i).others().size()];
      scores.add(own);
      encoded.get(i).forEach(sequence -> parts.add(new Part(sequence, own)));
    }
    model.run(
        parts,
        some -> some.stream().map(part -> part.sequence().tokens()).toList(),
        OUTPUT,
        (i, row) -> parts.get(i).take(row),
        "score",
        ProgressListener.SILENT);
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

  /**
   * A sequence of a list.
   *
   * @param scores of the whole list; no two sequences write the same
   */
  @SuppressWarnings("ArrayRecordComponent")
  private record Part(ListSequence sequence, float[] scores) {
    void take(TextModel.Row row) {
      for (ListSequence.Span span : sequence.spans()) {
        double sum = 0;
        for (int token = span.from(); token < span.to(); token++) {
          sum += row.data()[row.offset() + token];
        }
        scores[span.other()] = (float) (sum / span.length());
      }
    }
  }
}
