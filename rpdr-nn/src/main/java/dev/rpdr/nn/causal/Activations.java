package dev.rpdr.nn.causal;

/** What a training step does with the outputs of layers until gradients are computed. */
public enum Activations {
  /** Keeps all: the faster way. */
  KEPT,
  /**
   * Keeps each layer's input alone and computes the layer again for its gradients (Chen et al.,
   * "Training Deep Nets with Sublinear Memory Cost", 2016): a third more work, a fraction of the
   * memory, the same gradients.
   */
  RECOMPUTED
}
