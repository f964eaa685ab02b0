package dev.rpdr.nn.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.rpdr.nn.Pooling;
import dev.rpdr.nn.TokenBatch;
import dev.rpdr.nn.torch.Torch;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A {@link Forward} within one step or evaluation. */
final class Run implements Forward {
  private final Plan plan;
  private final NDManager manager;
  private final Map<String, NDArray> bound;
  private final UnaryOperator<String> keys;
  private final Call.Mode mode;

  Run(
      Plan plan,
      NDManager manager,
      Map<String, NDArray> bound,
      UnaryOperator<String> keys,
      Call.Mode mode) {
    this.plan = plan;
    this.manager = manager;
    this.bound = bound;
    this.keys = keys;
    this.mode = mode;
  }

  @Override
  public NDArray run(long[][] inputIds, long[][] attentionMask, long @Nullable [][] tokenTypeIds) {
    return plan.run(manager, bound, Inputs.of(inputIds, attentionMask, tokenTypeIds), mode);
  }

  @Override
  public NDArray run(TokenBatch batch) {
    return plan.run(manager, bound, Inputs.of(batch), mode);
  }

  @Override
  public NDArray pool(NDArray hidden, long[][] attentionMask, Pooling pooling) {
    return pool(hidden, Inputs.matrix("attentionMask", attentionMask), pooling);
  }

  @Override
  public NDArray pool(NDArray hidden, TokenBatch batch, Pooling pooling) {
    long[] dims = {batch.size(), batch.width()};
    return pool(hidden, HostTensor.of(dims, batch.mask()), pooling);
  }

  private NDArray pool(NDArray hidden, HostTensor mask, Pooling pooling) {
    Objects.requireNonNull(pooling, "pooling");
    return switch (pooling) {
      case IN_GRAPH -> hidden;
      case CLS -> Torch.slice(hidden, 1, 0, 1, 1).squeeze(1);
      case MEAN -> mean(hidden, mask);
    };
  }

  /** The mean over unmasked tokens as a product [batch, 1, length] · [batch, length, hidden]. */
  private NDArray mean(NDArray hidden, HostTensor mask) {
    int batch = (int) mask.dims()[0];
    int length = (int) mask.dims()[1];
    float[] weights = new float[batch * length];
    for (int b = 0; b < batch; b++) {
      float count = 0;
      for (int t = 0; t < length; t++) {
        count += mask.data()[b * length + t];
      }
      for (int t = 0; t < length; t++) {
        weights[b * length + t] = count == 0 ? 0 : mask.data()[b * length + t] / count;
      }
    }
    NDArray shares = manager.create(weights, new Shape(batch, 1, length));
    return shares.matMul(hidden).squeeze(1);
  }

  @Override
  public NDArray parameter(String name) {
    NDArray array = bound.get(keys.apply(name));
    return Objects.requireNonNull(array, name);
  }

  @Override
  public NDManager manager() {
    return manager;
  }

  @Override
  public boolean training() {
    return mode.training();
  }
}
