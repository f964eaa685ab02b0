package dev.rpdr.distill.train;

import ai.djl.ndarray.NDArray;
import dev.rpdr.nn.TextTokenizer;
import dev.rpdr.nn.TokenBatch;
import dev.rpdr.nn.train.Forward;
import dev.rpdr.nn.train.TokenHead;
import dev.rpdr.nn.train.TrainableGraph;
import dev.rpdr.nn.train.TrainingOptions;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A graph that scores the tokens of whole lists while it is trained: an encoder with a new head, or
 * one that had a head already. Holds native memory; not thread-safe.
 */
final class ListwiseGraph implements ListGraph<ListwiseInput> {
  private final TrainableGraph graph;
  private final @Nullable TokenHead head;
  private final TextTokenizer tokenizer;

  private ListwiseGraph(TrainableGraph graph, @Nullable TokenHead head, TextTokenizer tokenizer) {
    this.graph = graph;
    this.head = head;
    this.tokenizer = tokenizer;
  }

  /**
   * Opens a graph.
   *
   * @param hasHead whether it yields scores of tokens already. Where adapters are trained, its head
   *     then stays as it is: a weight of one column has no adapter of a higher rank
   */
  static ListwiseGraph open(
      byte[] onnx, TrainingOptions training, TextTokenizer tokenizer, boolean hasHead) {
    TrainableGraph graph = TrainableGraph.open(onnx, training);
    try {
      return new ListwiseGraph(graph, hasHead ? null : TokenHead.addTo(graph), tokenizer);
    } catch (RuntimeException | Error e) {
      graph.close();
      throw e;
    }
  }

  @Override
  public double step(ListBatch<ListwiseInput> batch, ListLoss loss) {
    SpanPooling pooling = SpanPooling.of(batch);
    return graph.step(forward -> Losses.of(loss, scores(forward, pooling), batch.targets()));
  }

  @Override
  public void endEpoch() {
    graph.flush();
  }

  @Override
  public float[] score(ListBatch<ListwiseInput> batch) {
    SpanPooling pooling = SpanPooling.of(batch);
    return graph.evaluate(forward -> scores(forward, pooling).toFloatArray());
  }

  @Override
  public void write(Path file) {
    if (head == null) {
      graph.writeOnnx(file);
    } else {
      graph.writeOnnx(file, head);
    }
  }

  @Override
  public void close() {
    graph.close();
  }

  private NDArray scores(Forward forward, SpanPooling pooling) {
    TokenBatch tokens = tokenizer.pad(pooling.tokens());
    NDArray output = forward.run(tokens);
    return pooling.pool(head == null ? output : head.scores(forward, output), tokens);
  }
}
