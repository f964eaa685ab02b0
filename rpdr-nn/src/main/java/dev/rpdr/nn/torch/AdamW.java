package dev.rpdr.nn.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import dev.rpdr.ModelException;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Adam with decoupled weight decay (Loshchilov &amp; Hutter, 2019), as PyTorch computes it:
 *
 * <pre>
 * w ← w · (1 - rate · decay)
 * m ← β₁ m + (1 - β₁) g        v ← β₂ v + (1 - β₂) g²
 * w ← w - rate / (1 - β₁ᵗ) · m / (√v / √(1 - β₂ᵗ) + ε)
 * </pre>
 *
 * <p>Large weights are updated piece by piece, so that what one piece needs stays in the
 * processor's cache. Not thread-safe.
 */
public final class AdamW {
  /**
   * Floats updated at once: weight, gradient, both means and two temporaries fit a cache, and
   * PyTorch does not split so few among its threads, whose barriers cost more than they bring here.
   * Pieces are spread over Java's threads instead.
   */
  private static final int PIECE = 1 << 15;

  private final Settings options;
  private final IntToDoubleFunction rates;
  private int updates;

  /**
   * @param rates from an update, counted from 0, to its learning rate
   * @param updates how many updates were made before, by an optimizer that this one goes on for
   */
  public AdamW(Settings settings, IntToDoubleFunction rates, int updates) {
    this.options = settings;
    this.rates = rates;
    this.updates = updates;
  }

  /**
   * What stays the same over all updates.
   *
   * @param beta1 decay of the mean of gradients
   * @param beta2 decay of the mean of their squares
   * @param epsilon what keeps from dividing by zero
   * @param weightDecay decoupled weight decay of weights with two dimensions or more
   * @param maxGradientNorm gradients are scaled down to this norm over all weights; 0 for no limit
   */
  public record Settings(
      double beta1, double beta2, double epsilon, double weightDecay, double maxGradientNorm) {}

  /** Updates made so far. */
  public int updates() {
    return updates;
  }

  /**
   * Changes the weights once. Where the gradients' norm is not finite nothing is changed.
   *
   * @param gradients by weight; owned by the caller
   * @param scale what gradients are multiplied by before all else
   * @return the norm of the scaled gradients before clipping
   */
  public double update(Map<Parameter, NDArray> gradients, double scale) {
    double norm = norm(gradients) * scale;
    if (!Double.isFinite(norm)) {
      throw new ModelException(
          "the gradients of update %d are not finite; the weights keep the values of the update before"
              .formatted(updates));
    }
    double limit = options.maxGradientNorm();
    double clipped = limit > 0 ? scale * Math.min(1, limit / (norm + 1e-6)) : scale;
    double rate = rates.applyAsDouble(updates);
    int t = ++updates;
    double first = 1 - Math.pow(options.beta1(), t);
    double second = Math.sqrt(1 - Math.pow(options.beta2(), t));
    // The native update adds epsilon to √v and has no divisor under it: both are folded in here.
    double correctedRate = rate * second / first;
    double epsilon = options.epsilon() * second;
    for (Map.Entry<Parameter, NDArray> entry : gradients.entrySet()) {
      update(entry.getKey(), entry.getValue(), rate, correctedRate, clipped, epsilon);
    }
    return norm;
  }

  private void update(
      Parameter parameter,
      NDArray gradient,
      double rate,
      double correctedRate,
      double scale,
      double epsilon) {
    double decay = parameter.decays() ? options.weightDecay() : 0;
    long size = parameter.size();
    int pieces = Math.toIntExact((size + PIECE - 1) / PIECE);
    try (NDArray w = Torch.flat(parameter.value());
        NDArray g = Torch.flat(gradient);
        NDArray m = Torch.flat(parameter.mean());
        NDArray v = Torch.flat(parameter.variance())) {
      IntStream all = IntStream.range(0, pieces);
      (Torch.threads() > 1 ? all.parallel() : all)
          .forEach(
              piece -> {
                long from = (long) piece * PIECE;
                long to = Math.min(size, from + PIECE);
                try (NDArray wp = Torch.slice(w, 0, from, to, 1);
                    NDArray gp = Torch.slice(g, 0, from, to, 1);
                    NDArray mp = Torch.slice(m, 0, from, to, 1);
                    NDArray vp = Torch.slice(v, 0, from, to, 1)) {
                  Torch.adamW(
                      wp,
                      gp,
                      mp,
                      vp,
                      rate,
                      correctedRate,
                      decay,
                      scale,
                      options.beta1(),
                      options.beta2(),
                      epsilon);
                }
              });
    }
  }

  private static double norm(Map<Parameter, NDArray> gradients) {
    NDList norms = new NDList();
    gradients.values().forEach(g -> norms.add(g.norm()));
    try (norms;
        NDArray all = NDArrays.stack(norms);
        NDArray norm = all.norm()) {
      return norm.getFloat();
    }
  }
}
