package dev.rpdr.nn;

import dev.rpdr.ModelException;
import dev.rpdr.ProgressListener;
import dev.rpdr.Provenance;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** A tokenizer, a graph and threads to run it: what encoders and scorers have in common. */
final class TextModel implements AutoCloseable {
  /** Texts whose tokens are held at once: bounds memory, and is ample for sorting by length. */
  private static final int WINDOW = 65_536;

  private final ModelFiles files;
  private final TextTokenizer tokenizer;
  private final OnnxGraph graph;
  private final RunOptions run;
  private final BatchRunner runner;
  private final Lifetime lifetime;

  private TextModel(
      String what, ModelFiles files, TextTokenizer tokenizer, OnnxGraph graph, RunOptions run) {
    this.files = files;
    this.tokenizer = tokenizer;
    this.graph = graph;
    this.run = run;
    Device device = graph.device();
    runner = new BatchRunner(run.workersOn(device), run.tokenBudgetOn(device));
    lifetime =
        new Lifetime(
            what + " " + files.name(),
            () -> {
              runner.close();
              graph.close();
              tokenizer.close();
            });
  }

  /** Opens both files, or neither. */
  static TextModel open(String what, ModelFiles files, int maxTokens, RunOptions run) {
    TextTokenizer tokenizer = TextTokenizer.open(files, maxTokens);
    try {
      return new TextModel(what, files, tokenizer, OnnxGraph.open(files, run), run);
    } catch (RuntimeException | Error e) {
      tokenizer.close();
      throw e;
    }
  }

  OnnxGraph graph() {
    return graph;
  }

  TextTokenizer tokenizer() {
    return tokenizer;
  }

  /**
   * Runs the graph on probes: a batch of unequal texts, the highest id of the vocabulary, a text of
   * the greatest length.
   *
   * @return the shape of the answer to the first probe: 2 texts, the longer of {@code width} tokens
   * @throws ModelException if it refuses one of them
   */
  long[] probe(String output, int width) {
    long[] shape =
        tryOut(List.of(tokens(1, width), tokens(1, width - 1)), output, "tokens").shape();
    long highest = Math.max(0, tokenizer.highestId());
    tryOut(
        List.of(tokens(highest, 2)),
        output,
        "token id "
            + highest
            + ", which tokenizer.json has: do tokenizer and model belong together?");
    tryOut(
        List.of(tokens(1, tokenizer.maxTokens())),
        output,
        "maxTokens = " + tokenizer.maxTokens() + " tokens: is it longer than the model's texts?");
    return shape;
  }

  /**
   * Tokenizes items and runs the graph on them in batches.
   *
   * @param tokenize tokens of a part of the items
   * @param take called with the index of each item and its row, by several threads at once
   */
  <T> void run(
      List<T> items,
      Function<List<T>, List<TokenSequence>> tokenize,
      String output,
      BiConsumer<Integer, Row> take,
      String stage,
      ProgressListener listener) {
    lifetime.during(
        () -> {
          int[] done = {0};
          for (int from = 0; from < items.size(); from += WINDOW) {
            int start = from;
            List<TokenSequence> sequences =
                tokenize.apply(items.subList(from, Math.min(from + WINDOW, items.size())));
            runner.run(
                sequences,
                batch ->
                    runBatch(sequences, batch, output, (i, row) -> take.accept(start + i, row)),
                size -> {
                  done[0] += size;
                  listener.onProgress(stage, done[0], items.size(), "");
                });
          }
          return done;
        });
  }

  /**
   * One text's part of an answer.
   *
   * @param data the whole answer, row-major
   * @param offset where the text's part starts
   * @param tokens how many tokens the text has
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Row(float[] data, int offset, int tokens) {}

  /** Where the model comes from and what it runs on; a device replaced is told as well. */
  Provenance provenance() {
    Provenance facts =
        graph.device().kind() == run.device().kind()
            ? Provenance.none()
            : Provenance.none().with("device.requested", run.device());
    return facts
        .with("model.source", files.name())
        .with("model.sha256", files.onnxSha256())
        .with("tokenizer.sha256", files.tokenizerSha256())
        .with("max-tokens", tokenizer.maxTokens())
        .with("device", graph.device())
        .with("onnxruntime.version", OnnxEnvironment.get().getVersion());
  }

  @Override
  public void close() {
    lifetime.close();
  }

  private void runBatch(
      List<TokenSequence> all, int[] indexes, String output, BiConsumer<Integer, Row> take) {
    List<TokenSequence> sequences = new ArrayList<>(indexes.length);
    for (int index : indexes) {
      sequences.add(all.get(index));
    }
    TokenBatch batch = tokenizer.pad(sequences);
    if (batch.width() == 0) {
      throw new ModelException(
          files.name() + ": the tokenizer gives no token for an empty text, not even special ones");
    }
    float[] data = graph.run(batch, output).data();
    int stride = data.length / indexes.length;
    for (int row = 0; row < indexes.length; row++) {
      take.accept(indexes[row], new Row(data, row * stride, sequences.get(row).length()));
    }
  }

  private OnnxGraph.Answer tryOut(List<TokenSequence> sequences, String output, String what) {
    try {
      return graph.run(tokenizer.pad(sequences), output);
    } catch (ModelException e) {
      throw new ModelException(files.name() + " refuses " + what + " (" + e.getMessage() + ")", e);
    }
  }

  private static TokenSequence tokens(long id, int length) {
    long[] ids = new long[length];
    Arrays.fill(ids, id);
    return TokenSequence.of(ids, new long[length]);
  }
}
