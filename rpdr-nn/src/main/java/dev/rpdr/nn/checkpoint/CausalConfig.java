package dev.rpdr.nn.checkpoint;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The sizes and constants of a causal language model.
 *
 * @param architecture its kind
 * @param vocabulary how many tokens there are
 * @param hidden numbers a token between layers
 * @param feedForward numbers a token within a feed-forward layer
 * @param layers how many layers
 * @param heads query heads
 * @param keyValueHeads key and value heads, which the query heads share evenly
 * @param headSize numbers a head, even
 * @param normEpsilon what keeps RMSNorm from dividing by zero
 * @param ropeTheta the base of the rotary embedding
 * @param ropeScaling how its frequencies are stretched
 * @param tiedHead whether the embedding is the output head too
 * @param attentionBias whether query, key and value projections have biases
 * @param outputBias whether the attention's output projection has one
 * @param feedForwardBias whether the feed-forward projections have them
 * @param maxPositions the longest context that it was trained for
 * @param endIds the tokens that end an answer; may be empty
 */
public record CausalConfig(
    Architecture architecture,
    int vocabulary,
    int hidden,
    int feedForward,
    int layers,
    int heads,
    int keyValueHeads,
    int headSize,
    double normEpsilon,
    double ropeTheta,
    RopeScaling ropeScaling,
    boolean tiedHead,
    boolean attentionBias,
    boolean outputBias,
    boolean feedForwardBias,
    int maxPositions,
    List<Integer> endIds) {
  /** The embedding's name. */
  public static final String EMBEDDING = "model.embed_tokens.weight";

  /** The last normalisation's name. */
  public static final String NORM = "model.norm.weight";

  /** The output head's name where it is not tied. */
  public static final String HEAD = "lm_head.weight";

  public CausalConfig {
    Objects.requireNonNull(architecture, "architecture");
    Objects.requireNonNull(ropeScaling, "ropeScaling");
    endIds = List.copyOf(endIds);
    positive("vocabulary", vocabulary);
    positive("hidden", hidden);
    positive("feedForward", feedForward);
    positive("layers", layers);
    positive("heads", heads);
    positive("keyValueHeads", keyValueHeads);
    positive("headSize", headSize);
    positive("maxPositions", maxPositions);
    if (heads % keyValueHeads != 0) {
      throw new IllegalArgumentException(
          "heads must be a multiple of keyValueHeads %d, not %d".formatted(keyValueHeads, heads));
    }
    if (headSize % 2 != 0) {
      throw new IllegalArgumentException("headSize must be even, not " + headSize);
    }
    if (!(normEpsilon > 0) || !(ropeTheta > 0)) {
      throw new IllegalArgumentException(
          "normEpsilon and ropeTheta must be above 0, not %s and %s"
              .formatted(normEpsilon, ropeTheta));
    }
    if (ropeScaling instanceof RopeScaling.Factors factors
        && factors.factors().size() != headSize / 2) {
      throw new IllegalArgumentException(
          "rope factors must be %d, not %d".formatted(headSize / 2, factors.factors().size()));
    }
  }

  /** The names of a layer's tensors begin so. */
  public static String layer(int index) {
    return "model.layers." + index + ".";
  }

  /** The names and shapes of all tensors that a checkpoint must hold. */
  public Map<String, List<Long>> tensors() {
    Map<String, List<Long>> all = new LinkedHashMap<>();
    all.put(EMBEDDING, shape(vocabulary, hidden));
    for (int i = 0; i < layers; i++) {
      String layer = layer(i);
      all.put(layer + "input_layernorm.weight", shape(hidden));
      projections().forEach((name, shape) -> all.put(layer + name + ".weight", shape));
      projections()
          .forEach(
              (name, shape) -> {
                if (hasBias(name)) {
                  all.put(layer + name + ".bias", shape.subList(0, 1));
                }
              });
      all.put(layer + "post_attention_layernorm.weight", shape(hidden));
    }
    all.put(NORM, shape(hidden));
    if (!tiedHead) {
      all.put(HEAD, shape(vocabulary, hidden));
    }
    return all;
  }

  /** A layer's linear projections and their shapes [out, in]. */
  public Map<String, List<Long>> projections() {
    Map<String, List<Long>> all = new LinkedHashMap<>();
    all.put("self_attn.q_proj", shape((long) heads * headSize, hidden));
    all.put("self_attn.k_proj", shape((long) keyValueHeads * headSize, hidden));
    all.put("self_attn.v_proj", shape((long) keyValueHeads * headSize, hidden));
    all.put("self_attn.o_proj", shape(hidden, (long) heads * headSize));
    all.put("mlp.gate_proj", shape(feedForward, hidden));
    all.put("mlp.up_proj", shape(feedForward, hidden));
    all.put("mlp.down_proj", shape(hidden, feedForward));
    return all;
  }

  /** Whether a projection has a bias. */
  public boolean hasBias(String projection) {
    if (projection.startsWith("mlp.")) {
      return feedForwardBias;
    }
    return projection.endsWith("o_proj") ? outputBias : attentionBias;
  }

  /** How many weights there are. */
  public long parameters() {
    return tensors().values().stream()
        .mapToLong(shape -> shape.stream().reduce(1L, (a, b) -> a * b))
        .sum();
  }

  private static List<Long> shape(long first) {
    return List.of(first);
  }

  private static List<Long> shape(long first, long second) {
    return List.of(first, second);
  }

  private static void positive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be at least 1, not " + value);
    }
  }
}
