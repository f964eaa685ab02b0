package dev.rpdr.nn.causal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.rpdr.nn.checkpoint.CausalConfig;
import dev.rpdr.nn.checkpoint.Checkpoint;
import dev.rpdr.nn.torch.Torch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * A causal language model on PyTorch's operations. Its weights never change; a {@link LoraTrainer}
 * trains an adapter beside them, and {@link #withAdapter} runs one.
 *
 * <p>Memory: the weights at the chosen precision, and while loading the largest tensor once more as
 * floats on Java's heap. What a call computes is freed when it returns. Results are the same from
 * call to call on one machine. Thread-safe; close it when no call is running any more.
 */
public final class CausalLm implements AutoCloseable {
  private final CausalConfig config;
  private final CausalOptions options;
  private final CausalWeights weights;
  private final Decoder decoder;
  private final Rotary rotary;
  private final NDManager own;
  private final Adapters adapters;

  private CausalLm(
      CausalConfig config,
      CausalOptions options,
      CausalWeights weights,
      NDManager own,
      Adapters adapters) {
    this.config = config;
    this.options = options;
    this.weights = weights;
    this.decoder = new Decoder(config, weights, options.precision());
    this.rotary = new Rotary(config);
    this.own = own;
    this.adapters = adapters;
  }

  /**
   * Loads a checkpoint at 32 bits on the processor; see {@link #load(Checkpoint, CausalOptions)}.
   */
  public static CausalLm load(Checkpoint checkpoint) {
    return load(checkpoint, CausalOptions.defaults());
  }

  /**
   * Loads a checkpoint, which may be closed afterwards.
   *
   * @throws dev.rpdr.ModelException where PyTorch's native library or the device is not there
   */
  public static CausalLm load(Checkpoint checkpoint, CausalOptions options) {
    Objects.requireNonNull(checkpoint, "checkpoint");
    Objects.requireNonNull(options, "options");
    CausalWeights weights = CausalWeights.load(checkpoint, options);
    return new CausalLm(checkpoint.config(), options, weights, weights.manager(), Adapters.NONE);
  }

  /**
   * This model with an adapter beside its weights, which both share: closing the adapted one leaves
   * this one open, closing this one closes both.
   *
   * @throws IllegalArgumentException where the adapter is made for another model
   */
  public CausalLm withAdapter(LoraAdapter adapter) {
    LoraAdapter.of(config, adapter.rank(), adapter.alpha(), adapter.matrices());
    NDManager manager = weights.manager().newSubManager();
    Map<String, NDArray> arrays = new HashMap<>();
    adapter.matrices().keySet().forEach(name -> arrays.put(name, copy(manager, adapter, name)));
    return new CausalLm(
        config, options, weights, manager, new Adapters(arrays, (float) adapter.scale(), 0));
  }

  /** A [rank, in] and B [out, rank] from their numbers: one of both sides is the rank. */
  static NDArray copy(NDManager manager, LoraAdapter adapter, String name) {
    float[] values = Objects.requireNonNull(adapter.matrices().get(name), name);
    int other = values.length / adapter.rank();
    boolean down = name.endsWith(LoraAdapter.a(""));
    Shape shape = down ? new Shape(adapter.rank(), other) : new Shape(other, adapter.rank());
    try (NDArray view = manager.create(values, shape)) {
      return view.duplicate();
    }
  }

  /** The sizes and constants of the model. */
  public CausalConfig config() {
    return config;
  }

  /** How it is run. */
  public CausalOptions options() {
    return options;
  }

  CausalWeights weights() {
    return weights;
  }

  Decoder decoder() {
    return decoder;
  }

  Rotary rotary() {
    return rotary;
  }

  /** The logits [vocabulary] of the token after a prompt. */
  public float[] nextLogits(Tokens prompt) {
    return nextLogits(List.of(prompt)).get(0);
  }

  /** The logits [vocabulary] of the token after each prompt, computed in one padded batch. */
  public List<float[]> nextLogits(List<Tokens> prompts) {
    Tokens any = Tokens.of(0);
    return pass(
        prompts.stream().map(prompt -> TokenTree.of(prompt, any)).toList(),
        false,
        (packed, hidden) -> rows(decoder.logits(rowsOf(hidden, packed.allSources()))));
  }

  /**
   * The natural logarithm of each branch token's probability, given what stands before it.
   *
   * @return for each branch of the tree as many numbers as it has tokens
   */
  public List<float[]> logProbabilities(TokenTree tree) {
    return logProbabilities(List.of(tree)).get(0);
  }

  /** The same for several trees in one padded batch. */
  public List<List<float[]>> logProbabilities(List<TokenTree> trees) {
    float[] all =
        pass(trees, false, (packed, hidden) -> logProbabilities(packed, hidden).toFloatArray());
    List<List<float[]>> result = new ArrayList<>();
    int at = 0;
    for (TokenTree tree : trees) {
      List<float[]> branches = new ArrayList<>();
      for (Tokens branch : tree.branches()) {
        branches.add(Arrays.copyOfRange(all, at, at + branch.size()));
        at += branch.size();
      }
      result.add(branches);
    }
    return result;
  }

  /** The last layer's output, normalised, at the last token of each branch: [hidden] each. */
  public List<float[]> lastHidden(TokenTree tree) {
    return pass(
        List.of(tree),
        true,
        (packed, hidden) -> rows(decoder.precision().widen(rowsOf(hidden, packed.ends()))));
  }

  /**
   * Generates the likeliest token after the other.
   *
   * @param most how many at most; fewer where the model ends the answer or its context is full
   * @param ends tokens that end the answer and are not part of it
   */
  public Tokens generate(Tokens prompt, int most, Set<Integer> ends) {
    requireIds(prompt);
    try (Generation generation = new Generation(this, adapters, prompt)) {
      Tokens answer = Tokens.empty();
      while (answer.size() < most && generation.length() < config.maxPositions()) {
        int next = generation.likeliest();
        if (ends.contains(next)) {
          break;
        }
        generation.add(next);
        answer = answer.plus(Tokens.of(next));
      }
      return answer;
    }
  }

  /**
   * Generates the likeliest of the allowed tokens, one after the other, until none is allowed.
   *
   * @throws IllegalArgumentException where the answer outgrows the model's context
   */
  public Tokens generate(Tokens prompt, TokenConstraint constraint) {
    requireIds(prompt);
    try (Generation generation = new Generation(this, adapters, prompt)) {
      Tokens answer = Tokens.empty();
      Tokens allowed = constraint.allowed();
      while (!allowed.isEmpty()) {
        int next = allowed.size() == 1 ? allowed.get(0) : generation.likeliest(allowed);
        constraint.accept(next);
        generation.add(next);
        answer = answer.plus(Tokens.of(next));
        requireRoom(generation.length());
        allowed = constraint.allowed();
      }
      return answer;
    }
  }

  /** A function of what a pass computes, which is no NDArray itself. */
  private interface Reading<T> {
    T of(PackedTrees packed, NDArray hidden);
  }

  private <T> T pass(List<TokenTree> trees, boolean whole, Reading<T> reading) {
    check(trees);
    PackedTrees packed = new PackedTrees(trees, whole);
    try (NDManager scope = weights.manager().newSubManager()) {
      NDArray hidden = hidden(packed, scope, adapters);
      return reading.of(packed, decoder.lastNorm(hidden));
    }
  }

  /** Through all layers: [rows, width, hidden]. */
  NDArray hidden(PackedTrees packed, NDManager scope, Adapters beside) {
    Places places = places(packed, scope);
    NDArray hidden = decoder.embed(packed.ids(scope));
    for (int i = 0; i < config.layers(); i++) {
      hidden = decoder.layer(i, hidden, places, beside, null, scope);
    }
    return hidden;
  }

  Places places(PackedTrees packed, NDManager scope) {
    return rotary.places(scope, packed.positions(), packed.mask(scope), decoder.precision());
  }

  /** The logarithms of all branch tokens' probabilities, one after the other. */
  NDArray logProbabilities(PackedTrees packed, NDArray hidden) {
    NDArray logits = decoder.logits(rowsOf(hidden, packed.allSources()));
    long[] targets = packed.allTargets();
    NDArray wanted = hidden.getManager().create(targets, new Shape(targets.length, 1));
    return Torch.gather(Torch.logSoftmax(logits, 1), wanted).squeeze(1);
  }

  /** Rows of [rows, width, hidden] at places row · width + column. */
  static NDArray rowsOf(NDArray hidden, long[] places) {
    Shape shape = hidden.getShape();
    NDArray flat = hidden.reshape(shape.get(0) * shape.get(1), shape.get(2));
    return Torch.embedding(hidden.getManager().create(places), flat);
  }

  private static List<float[]> rows(NDArray matrix) {
    int width = Math.toIntExact(matrix.getShape().get(1));
    float[] all = matrix.toFloatArray();
    List<float[]> rows = new ArrayList<>();
    for (int at = 0; at < all.length; at += width) {
      rows.add(Arrays.copyOfRange(all, at, at + width));
    }
    return rows;
  }

  void check(List<TokenTree> trees) {
    if (trees.isEmpty()) {
      throw new IllegalArgumentException("there must be at least one prompt");
    }
    for (TokenTree tree : trees) {
      requireIds(tree.prompt());
      tree.branches().forEach(this::requireIds);
      requireRoom(tree.length());
    }
  }

  private void requireRoom(int length) {
    if (length > config.maxPositions()) {
      throw new IllegalArgumentException(
          "prompt and answer have %d tokens; this model's context has %d"
              .formatted(length, config.maxPositions()));
    }
  }

  private void requireIds(Tokens tokens) {
    for (int i = 0; i < tokens.size(); i++) {
      if (tokens.get(i) >= config.vocabulary()) {
        throw new IllegalArgumentException(
            "token id %d is outside the vocabulary of %d"
                .formatted(tokens.get(i), config.vocabulary()));
      }
    }
  }

  /** Frees the weights; of an adapted model the adapter alone. Closing again does nothing. */
  @Override
  public void close() {
    own.close();
  }
}
