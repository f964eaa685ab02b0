package dev.rpdr.nn.train;

import ai.djl.ndarray.NDArray;
import ai.onnx.proto.OnnxMl.ModelProto;
import dev.rpdr.nn.Pooling;
import dev.rpdr.nn.TokenBatch;
import dev.rpdr.nn.torch.Torch;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;

/**
 * Turns an encoder into a scorer of texts or pairs: the hidden states are pooled, pass a dense
 * layer where there is an activation, and a linear layer yields one score. {@link
 * TrainableGraph#writeOnnx(java.nio.file.Path, ScoringHead)} appends it to the graph, whose output
 * is then {@code score} [batch, 1].
 *
 * <p>Its weights are parameters of the graph: {@code head.dense.weight} [hidden, hidden], {@code
 * head.dense.bias} [hidden], {@code head.score.weight} [hidden, 1] and {@code head.score.bias} [1].
 * Matrices start normally distributed with a deviation of 0.02, as in BERT, biases at 0. As
 * thread-safe as its graph.
 */
public final class ScoringHead {
  static final String DENSE_WEIGHT = "head.dense.weight";
  static final String DENSE_BIAS = "head.dense.bias";
  static final String SCORE_WEIGHT = "head.score.weight";
  static final String SCORE_BIAS = "head.score.bias";
  private static final double DEVIATION = 0.02;

  private final TrainableGraph graph;
  private final Pooling pooling;
  private final Activation activation;
  private final int hidden;

  private ScoringHead(TrainableGraph graph, Pooling pooling, Activation activation) {
    this.graph = graph;
    this.pooling = pooling;
    this.activation = activation;
    this.hidden = graph.hiddenSize();
  }

  /**
   * Adds a head to a graph. A graph has one head at most.
   *
   * @throws IllegalStateException after the graph's first step
   * @throws IllegalArgumentException where the graph has a head already
   */
  public static ScoringHead addTo(TrainableGraph graph, Pooling pooling, Activation activation) {
    Objects.requireNonNull(graph, "graph");
    Objects.requireNonNull(pooling, "pooling");
    Objects.requireNonNull(activation, "activation");
    if (graph.has(SCORE_WEIGHT) || graph.has(TokenHead.WEIGHT)) {
      throw new IllegalArgumentException(
          "the graph has a scoring head already; train the output 'score' that it yields");
    }
    ScoringHead head = new ScoringHead(graph, pooling, activation);
    Random random = graph.random();
    int h = head.hidden;
    if (activation != Activation.NONE) {
      graph.parameter(DENSE_WEIGHT, normal(random, h * h), h, h);
      graph.parameter(DENSE_BIAS, new float[h], h);
    }
    graph.parameter(SCORE_WEIGHT, normal(random, h), h, 1);
    graph.parameter(SCORE_BIAS, new float[1], 1);
    return head;
  }

  static float[] normal(Random random, int size) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) (random.nextGaussian() * DEVIATION);
    }
    return values;
  }

  /**
   * Scores texts.
   *
   * @param forward the running step
   * @param hidden what {@link Forward#run} returned [batch, length, hidden]
   * @param attentionMask the mask it was given
   * @return one score a text [batch]
   */
  public NDArray scores(Forward forward, NDArray hidden, long[][] attentionMask) {
    return scores(forward, forward.pool(hidden, attentionMask, pooling));
  }

  /** The same for a padded batch of a tokenizer. */
  public NDArray scores(Forward forward, NDArray hidden, TokenBatch batch) {
    return scores(forward, forward.pool(hidden, batch, pooling));
  }

  private NDArray scores(Forward forward, NDArray pooled) {
    NDArray features = pooled;
    if (activation != Activation.NONE) {
      NDArray weight = forward.parameter(DENSE_WEIGHT);
      NDArray bias = forward.parameter(DENSE_BIAS);
      NDArray dense = Torch.linear(pooled, weight.transpose(), bias);
      features = activation == Activation.TANH ? dense.tanh() : Torch.gelu(dense);
    }
    NDArray weight = forward.parameter(SCORE_WEIGHT);
    NDArray bias = forward.parameter(SCORE_BIAS);
    return Torch.flat(Torch.linear(features, weight.transpose(), bias));
  }

  TrainableGraph graph() {
    return graph;
  }

  /** Appends this head, with its present weights, to a model that yields hidden states. */
  void appendTo(ModelProto.Builder model, String hiddenStates) {
    HeadNodes nodes = new HeadNodes(model);
    String features = nodes.pool(hiddenStates, pooling);
    if (activation != Activation.NONE) {
      nodes.initializer(DENSE_WEIGHT, graph.values(DENSE_WEIGHT), hidden, hidden);
      nodes.initializer(DENSE_BIAS, graph.values(DENSE_BIAS), hidden);
      String dense = nodes.linear("dense", features, DENSE_WEIGHT, DENSE_BIAS);
      features = activation == Activation.TANH ? nodes.tanh(dense) : nodes.gelu(dense);
    }
    nodes.initializer(SCORE_WEIGHT, graph.values(SCORE_WEIGHT), hidden, 1);
    nodes.initializer(SCORE_BIAS, graph.values(SCORE_BIAS), 1);
    nodes.score(features, SCORE_WEIGHT, SCORE_BIAS);
  }

  @Override
  public String toString() {
    return "ScoringHead[%s, %s]".formatted(pooling, activation).toLowerCase(Locale.ROOT);
  }

  /** What follows the dense layer. */
  public enum Activation {
    /** There is no dense layer: the linear layer reads the pooled vector. */
    NONE,
    /** The hyperbolic tangent, as in BERT's pooler. */
    TANH,
    /** GELU by the error function. */
    GELU
  }
}
