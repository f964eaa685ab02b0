package dev.rpdr.nn.causal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.rpdr.nn.torch.Torch;
import java.util.ArrayList;
import java.util.List;

/**
 * An answer while it grows. Tokens wait until the model is asked and are then fed together, so that
 * tokens that a constraint forces cost one pass and not one each. Not thread-safe.
 */
final class Generation implements AutoCloseable {
  private final CausalLm model;
  private final Adapters adapters;
  private final NDManager manager;
  private final KeyValueCache cache;
  private final List<Integer> waiting = new ArrayList<>();

  Generation(CausalLm model, Adapters adapters, Tokens prompt) {
    this.model = model;
    this.adapters = adapters;
    manager = model.weights().manager().newSubManager();
    cache = new KeyValueCache(manager, model.config().layers());
    for (int i = 0; i < prompt.size(); i++) {
      waiting.add(prompt.get(i));
    }
  }

  /** All tokens so far, the prompt's included. */
  int length() {
    return cache.length() + waiting.size();
  }

  void add(int token) {
    waiting.add(token);
  }

  /** The likeliest next token; of equals the lowest. */
  int likeliest() {
    float[] logits = logits();
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    return best;
  }

  /** The likeliest of some; of equals the first. */
  int likeliest(Tokens allowed) {
    float[] logits = logits();
    int best = allowed.get(0);
    for (int i = 1; i < allowed.size(); i++) {
      best = logits[allowed.get(i)] > logits[best] ? allowed.get(i) : best;
    }
    return best;
  }

  private float[] logits() {
    if (waiting.isEmpty()) {
      throw new IllegalStateException("nothing was added since the model was asked");
    }
    int count = waiting.size();
    int before = cache.length();
    long[] ids = waiting.stream().mapToLong(Integer::longValue).toArray();
    int[][] positions = new int[1][count];
    for (int i = 0; i < count; i++) {
      positions[0][i] = before + i;
    }
    Decoder decoder = model.decoder();
    try (NDManager scope = manager.newSubManager()) {
      NDArray mask = count == 1 ? null : mask(scope, before, count);
      Places places = model.rotary().places(scope, positions, mask, decoder.precision());
      NDArray hidden = decoder.embed(scope.create(ids, new Shape(1, count)));
      for (int i = 0; i < model.config().layers(); i++) {
        hidden = decoder.layer(i, hidden, places, adapters, cache, scope);
      }
      cache.grew(count);
      waiting.clear();
      NDArray last = Torch.slice(hidden, 1, count - 1, count, 1).squeeze(1);
      return decoder.logits(decoder.lastNorm(last)).toFloatArray();
    }
  }

  private static NDArray mask(NDManager manager, int before, int count) {
    int all = before + count;
    float[] mask = new float[count * all];
    for (int from = 0; from < count; from++) {
      for (int to = before + from + 1; to < all; to++) {
        mask[from * all + to] = PackedTrees.HIDDEN;
      }
    }
    return manager.create(mask, new Shape(1, 1, 1, count, all));
  }

  @Override
  public void close() {
    manager.close();
  }
}
