package dev.rpdr.nn.train;

import ai.djl.ndarray.NDArray;
import ai.onnx.proto.OnnxMl.ModelProto;
import dev.rpdr.nn.TokenBatch;
import dev.rpdr.nn.torch.Torch;
import java.util.Objects;
import java.util.Random;

/**
 * Turns an encoder into a scorer of tokens: one linear layer from each token's hidden state to a
 * number. {@link TrainableGraph#writeOnnx(java.nio.file.Path, TokenHead)} appends it to the graph,
 * whose output is then {@code token_score} [batch, length].
 *
 * <p>Its weight is the parameter {@code head.token.weight} [hidden, 1], normally distributed at
 * first with a deviation of 0.02. There is no bias: scores compare with each other only. As
 * thread-safe as its graph.
 */
public final class TokenHead {
  static final String WEIGHT = "head.token.weight";

  private final TrainableGraph graph;
  private final int hidden;

  private TokenHead(TrainableGraph graph) {
    this.graph = graph;
    this.hidden = graph.hiddenSize();
  }

  /**
   * Adds a head to a graph. A graph has one head at most.
   *
   * @throws IllegalStateException after the graph's first step
   * @throws IllegalArgumentException where the graph has a head already
   */
  public static TokenHead addTo(TrainableGraph graph) {
    Objects.requireNonNull(graph, "graph");
    if (graph.has(WEIGHT) || graph.has(ScoringHead.SCORE_WEIGHT)) {
      throw new IllegalArgumentException(
          "the graph has a head already; train the output that it yields");
    }
    TokenHead head = new TokenHead(graph);
    Random random = graph.random();
    graph.parameter(WEIGHT, ScoringHead.normal(random, head.hidden), head.hidden, 1);
    return head;
  }

  /**
   * Scores tokens, those of the padding too.
   *
   * @param forward the running step
   * @param hiddenStates what {@link Forward#run(TokenBatch)} returned [batch, length, hidden]
   * @return one score a token [batch, length]
   */
  public NDArray scores(Forward forward, NDArray hiddenStates) {
    NDArray weight = forward.parameter(WEIGHT);
    return Torch.linear(hiddenStates, weight.transpose(), null).squeeze(2);
  }

  TrainableGraph graph() {
    return graph;
  }

  /** Appends this head, with its present weight, to a model that yields hidden states. */
  void appendTo(ModelProto.Builder model, String hiddenStates) {
    HeadNodes nodes = new HeadNodes(model);
    nodes.initializer(WEIGHT, graph.values(WEIGHT), hidden, 1);
    nodes.tokenScore(hiddenStates, WEIGHT);
  }

  @Override
  public String toString() {
    return "TokenHead";
  }
}
