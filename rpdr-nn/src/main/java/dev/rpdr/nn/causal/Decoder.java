package dev.rpdr.nn.causal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.rpdr.nn.checkpoint.CausalConfig;
import dev.rpdr.nn.torch.Torch;
import org.jspecify.annotations.Nullable;

/**
 * The layers of a Llama-like model: RMSNorm (Zhang &amp; Sennrich, 2019), grouped-query attention
 * (Ainslie et al., 2023) with rotary positions, SwiGLU (Shazeer, 2020), each before a residual.
 * Stateless; what a layer computes on the way is freed when it is done, but for what autograd
 * keeps.
 */
final class Decoder {
  private final CausalConfig config;
  private final CausalWeights weights;
  private final Precision precision;

  Decoder(CausalConfig config, CausalWeights weights, Precision precision) {
    this.config = config;
    this.weights = weights;
    this.precision = precision;
  }

  Precision precision() {
    return precision;
  }

  /** Token ids [rows, length] to [rows, length, hidden]. */
  NDArray embed(NDArray ids) {
    return Torch.embedding(ids, weights.require(CausalConfig.EMBEDDING));
  }

  /**
   * One layer.
   *
   * @param hidden [rows, length, hidden]; moved to a scope that is closed here
   * @param cache keys and values of earlier tokens, or null
   * @return the same shape, owned by the manager
   */
  NDArray layer(
      int index,
      NDArray hidden,
      Places places,
      Adapters adapters,
      @Nullable KeyValueCache cache,
      NDManager manager) {
    String layer = CausalConfig.layer(index);
    try (NDManager scope = manager.newSubManager()) {
      hidden.attach(scope);
      NDArray normed = norm(hidden, layer + "input_layernorm.weight");
      NDArray attended = hidden.add(attention(index, normed, places, adapters, cache));
      NDArray inner = norm(attended, layer + "post_attention_layernorm.weight");
      NDArray out = attended.add(feedForward(layer, inner, adapters));
      out.attach(manager);
      return out;
    }
  }

  /** The normalisation behind the last layer. */
  NDArray lastNorm(NDArray hidden) {
    return norm(hidden, CausalConfig.NORM);
  }

  /** Rows [n, hidden] to logits [n, vocabulary] of 32 bits. */
  NDArray logits(NDArray rows) {
    return precision.widen(Torch.linear(rows, weights.head(), null));
  }

  /** x / √(mean(x²) + ε) · weight, in 32 bits. */
  private NDArray norm(NDArray x, String weight) {
    NDArray wide = precision.widen(x);
    long size = x.getShape().get(x.getShape().dimension() - 1);
    NDArray norm = Torch.norm(wide);
    NDArray root = Torch.times(norm.mul(norm), 1.0 / size).add((float) config.normEpsilon()).sqrt();
    return precision.narrow(wide.div(root).mul(weights.require(weight)));
  }

  private NDArray attention(
      int index, NDArray x, Places places, Adapters adapters, @Nullable KeyValueCache cache) {
    String attention = CausalConfig.layer(index) + "self_attn.";
    long rows = x.getShape().get(0);
    long length = x.getShape().get(1);
    long head = config.headSize();
    long groups = config.keyValueHeads();
    long share = config.heads() / groups;
    NDArray q =
        project(attention + "q_proj", x, adapters).reshape(rows, length, groups * share, head);
    NDArray k = project(attention + "k_proj", x, adapters).reshape(rows, length, groups, head);
    NDArray v = project(attention + "v_proj", x, adapters).reshape(rows, length, groups, head);
    q =
        Rotary.turn(q, places.queryCos(), places.querySin())
            .transpose(0, 2, 1, 3)
            .reshape(rows, groups, share * length, head);
    k = Rotary.turn(k, places.cos(), places.sin()).transpose(0, 2, 1, 3);
    v = v.transpose(0, 2, 1, 3);
    if (cache != null) {
      k = scoped(cache.keys(index, k), x);
      v = scoped(cache.values(index, v), x);
    }
    long all = k.getShape().get(2);
    NDArray scores = q.matMul(k.transpose(0, 1, 3, 2)).reshape(rows, groups, share, length, all);
    if (places.mask() != null) {
      scores = scores.add(places.mask());
    }
    NDArray shares = precision.narrow(Torch.softmax(scores, 4));
    NDArray mixed =
        shares
            .reshape(rows, groups, share * length, all)
            .matMul(v)
            .reshape(rows, groups * share, length, head)
            .transpose(0, 2, 1, 3)
            .reshape(rows, length, groups * share * head);
    return project(attention + "o_proj", mixed, adapters);
  }

  private NDArray feedForward(String layer, NDArray x, Adapters adapters) {
    NDArray gate = project(layer + "mlp.gate_proj", x, adapters);
    NDArray up = project(layer + "mlp.up_proj", x, adapters);
    return project(layer + "mlp.down_proj", gate.mul(Torch.sigmoid(gate)).mul(up), adapters);
  }

  private NDArray project(String name, NDArray x, Adapters adapters) {
    NDArray bias = weights.find(name + ".bias");
    NDArray plain = Torch.linear(x, weights.require(name + ".weight"), bias);
    NDArray a = adapters.a(name);
    if (a == null) {
      return plain;
    }
    NDArray wide = precision.widen(x);
    NDArray kept = adapters.dropout() > 0 ? Torch.dropout(wide, adapters.dropout()) : wide;
    NDArray low = Torch.times(Torch.linear(kept, a, null), adapters.scale());
    return plain.add(precision.narrow(Torch.linear(low, adapters.b(name), null)));
  }

  /** A handle whose views are freed with the other's scope. */
  private static NDArray scoped(NDArray array, NDArray other) {
    NDArray handle = array.stopGradient();
    handle.attach(other.getManager());
    return handle;
  }
}
