package dev.rpdr.distill.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import dev.rpdr.distill.StudentSettings;
import dev.rpdr.nn.TextTokenizer;
import dev.rpdr.nn.TokenBatch;
import dev.rpdr.nn.TokenSequence;
import dev.rpdr.nn.train.Forward;
import dev.rpdr.nn.train.ScoringHead;
import dev.rpdr.nn.train.TrainableGraph;
import dev.rpdr.nn.train.TrainingOptions;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A graph that scores pairs while it is trained: an encoder with a new head, or one that had a head
 * already. Holds native memory; not thread-safe.
 */
final class CrossEncoderGraph implements ListGraph<List<TokenSequence>> {
  /** Parts of a batch that are padded by themselves: two take a tenth less time than one. */
  private static final int PARTS = 2;

  private final TrainableGraph graph;
  private final @Nullable ScoringHead head;
  private final TextTokenizer tokenizer;

  private CrossEncoderGraph(
      TrainableGraph graph, @Nullable ScoringHead head, TextTokenizer tokenizer) {
    this.graph = graph;
    this.head = head;
    this.tokenizer = tokenizer;
  }

  /** An encoder and a new head. */
  static CrossEncoderGraph ofEncoder(
      byte[] onnx,
      TrainingOptions training,
      TextTokenizer tokenizer,
      StudentSettings.CrossEncoder student,
      ScoringHead.Activation activation) {
    TrainableGraph graph = TrainableGraph.open(onnx, training);
    try {
      return new CrossEncoderGraph(
          graph, ScoringHead.addTo(graph, student.pooling(), activation), tokenizer);
    } catch (RuntimeException | Error e) {
      graph.close();
      throw e;
    }
  }

  /**
   * A graph whose head was trained before. Where adapters are trained, it stays as it is: a weight
   * of one column has no adapter of a higher rank.
   */
  static CrossEncoderGraph ofCrossEncoder(
      byte[] onnx, TrainingOptions training, TextTokenizer tokenizer) {
    return new CrossEncoderGraph(TrainableGraph.open(onnx, training), null, tokenizer);
  }

  @Override
  public double step(ListBatch<List<TokenSequence>> batch, ListLoss loss) {
    PairBatch pairs = PairBatch.of(batch);
    LengthGroups groups = LengthGroups.of(pairs.sequences(), PARTS);
    return graph.step(
        forward -> Losses.of(loss, pairs.arrange(scores(forward, groups)), pairs.targets()));
  }

  @Override
  public void endEpoch() {
    graph.flush();
  }

  @Override
  public float[] score(ListBatch<List<TokenSequence>> batch) {
    PairBatch pairs = PairBatch.of(batch);
    LengthGroups groups = LengthGroups.of(pairs.sequences(), PARTS);
    return graph.evaluate(forward -> pairs.arrange(scores(forward, groups)).toFloatArray());
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

  /** One score a sequence of the batch, in its order: [sequences]. */
  private NDArray scores(Forward forward, LengthGroups groups) {
    NDList parts = new NDList();
    for (List<TokenSequence> part : groups.parts()) {
      parts.add(scores(forward, tokenizer.pad(part)).flatten());
    }
    NDArray rows = forward.manager().create(groups.rows());
    // Of a single array, concat makes a copy that knows no gradient.
    NDArray all = parts.size() == 1 ? parts.get(0) : NDArrays.concat(parts);
    return all.gather(rows, 0);
  }

  private NDArray scores(Forward forward, TokenBatch tokens) {
    NDArray output = forward.run(tokens);
    return head == null ? output : head.scores(forward, output, tokens);
  }
}
