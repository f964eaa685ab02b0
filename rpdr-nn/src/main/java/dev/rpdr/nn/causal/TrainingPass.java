package dev.rpdr.nn.causal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.rpdr.ModelException;
import dev.rpdr.nn.torch.Torch;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * One step's way through a model and back, which adds to the gradients of the adapter's leaves. The
 * same seed drops the same inputs, whether layers are kept or recomputed.
 */
final class TrainingPass {
  private final CausalLm model;
  private final PackedTrees packed;
  private final Adapters adapters;
  private final int update;
  private final long seed;
  private final NDManager scope;
  private final Places places;

  /**
   * @param update which one it is for, counted from 0
   * @param seed of dropout
   * @param scope owns what is computed
   */
  TrainingPass(
      CausalLm model,
      PackedTrees packed,
      Adapters adapters,
      int update,
      long seed,
      NDManager scope) {
    this.model = model;
    this.packed = packed;
    this.adapters = adapters;
    this.update = update;
    this.seed = seed;
    this.scope = scope;
    this.places = model.places(packed, scope);
  }

  /**
   * Computes the loss and gradients.
   *
   * @param loss from the last layer's normalised output to one number
   * @throws ModelException where the loss is not finite
   */
  double run(Activations activations, UnaryOperator<NDArray> loss) {
    return activations == Activations.KEPT ? kept(loss) : recomputed(loss);
  }

  private double kept(UnaryOperator<NDArray> loss) {
    NDArray hidden = model.decoder().embed(packed.ids(scope));
    for (int i = 0; i < model.config().layers(); i++) {
      hidden = layer(i, hidden, scope);
    }
    return backward(hidden, loss);
  }

  private double recomputed(UnaryOperator<NDArray> loss) {
    int layers = model.config().layers();
    NDArray[] inputs = new NDArray[layers];
    NDArray hidden = model.decoder().embed(packed.ids(scope));
    Torch.recording(false);
    try {
      for (int i = 0; i < layers; i++) {
        inputs[i] = hidden.stopGradient();
        inputs[i].attach(scope);
        hidden = layer(i, hidden, scope);
      }
    } finally {
      Torch.recording(true);
    }
    NDArray leaf = Torch.leaf(hidden);
    double value = backward(leaf, loss);
    for (int i = layers - 1; i >= 0; i--) {
      NDArray gradient = Objects.requireNonNull(Torch.gradient(leaf));
      leaf = Torch.leaf(inputs[i]);
      try (NDManager inner = scope.newSubManager()) {
        NDArray handle = leaf.reshape(leaf.getShape());
        Torch.backward(layer(i, handle, inner), gradient);
      }
      gradient.close();
      inputs[i].close();
    }
    return value;
  }

  private NDArray layer(int index, NDArray hidden, NDManager manager) {
    if (adapters.dropout() > 0) {
      Torch.seed(seed * 1_009 + index);
    }
    return model.decoder().layer(index, hidden, places, adapters, null, manager);
  }

  private double backward(NDArray hidden, UnaryOperator<NDArray> loss) {
    NDArray computed = loss.apply(model.decoder().lastNorm(hidden));
    if (computed.size() != 1) {
      throw new IllegalArgumentException(
          "the loss must be one number; got shape " + computed.getShape());
    }
    double value = computed.sum().getFloat();
    if (!Double.isFinite(value)) {
      throw new ModelException(
          "the loss of update %d is %s; the adapter keeps the values of the update before. A lower learning rate often helps"
              .formatted(update, value));
    }
    Torch.backward(computed, scope.ones(computed.getShape()));
    return value;
  }

  /** Scores of all branches, tree after tree: [branches, 1] or [branches]. */
  NDArray scores(NDArray hidden, BranchScore score) {
    if (score == BranchScore.HEAD) {
      NDArray ends = model.decoder().precision().widen(CausalLm.rowsOf(hidden, packed.ends()));
      return Torch.linear(ends, adapters.head(), null);
    }
    NDArray logs = model.logProbabilities(packed, hidden);
    int branches = packed.sources().size();
    int tokens = packed.allTargets().length;
    float[] shares = new float[branches * tokens];
    int at = 0;
    for (int b = 0; b < branches; b++) {
      int size = packed.sources().get(b).length;
      for (int i = 0; i < size; i++) {
        shares[b * tokens + at++] = score == BranchScore.MEAN ? 1f / size : 1;
      }
    }
    NDArray matrix = hidden.getManager().create(shares, new Shape(branches, tokens));
    return matrix.matMul(logs);
  }
}
