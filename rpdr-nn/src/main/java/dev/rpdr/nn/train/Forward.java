package dev.rpdr.nn.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.rpdr.nn.Pooling;
import dev.rpdr.nn.TokenBatch;
import org.jspecify.annotations.Nullable;

/**
 * What a loss is built from, valid only inside the function that it is handed to. Arrays made here
 * or from what is made here are freed when that function's step ends; none may be kept. Not
 * thread-safe.
 *
 * <p>Under gradients, multiply and divide by arrays made with {@link #manager()} or by {@link
 * dev.rpdr.nn.torch.Torch#times}, never by numbers: DJL lets the garbage collector free a number
 * before its gradient is computed.
 */
public interface Forward {
  /**
   * Runs the graph. May be called more than once in a step: all runs share the weights.
   *
   * @param inputIds token ids [batch, length], rectangular, padded on either side
   * @param attentionMask 1 for tokens and 0 for padding, of the same shape
   * @param tokenTypeIds 0 for the first text and 1 for the second, of the same shape; null for all
   *     0
   * @return the graph's output: for an encoder the hidden states [batch, length, hidden]
   * @throws IllegalArgumentException where shapes differ or an id is outside the vocabulary
   */
  NDArray run(long[][] inputIds, long[][] attentionMask, long @Nullable [][] tokenTypeIds);

  /** The same for a padded batch of a tokenizer. */
  NDArray run(TokenBatch batch);

  /**
   * One vector a text.
   *
   * @param hidden [batch, length, hidden]
   * @param attentionMask the mask that hidden was computed with
   * @return [batch, hidden]
   */
  NDArray pool(NDArray hidden, long[][] attentionMask, Pooling pooling);

  /** The same for a padded batch of a tokenizer. */
  NDArray pool(NDArray hidden, TokenBatch batch, Pooling pooling);

  /**
   * A parameter that was added by {@link TrainableGraph#parameter}, or one of the model's own
   * weights by name, as a leaf of this step.
   */
  NDArray parameter(String name);

  /** The manager that owns what is computed in this step; make your own arrays with it. */
  NDManager manager();

  /** Whether gradients are being collected and dropout is active. */
  boolean training();
}
