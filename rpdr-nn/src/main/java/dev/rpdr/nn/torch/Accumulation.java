package dev.rpdr.nn.torch;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Gradients of several steps, of which one update is made. From the first step after an update to
 * the next update all steps compute with the same leaves, to whose gradients each adds. Not
 * thread-safe; steps need {@link DjlEngine#TRAINING}.
 */
public final class Accumulation {
  /** What is wrong with a loss of which no trainable weight has a gradient. */
  public static final String NO_DEPENDENCE = "the loss does not depend on any weight being trained";

  private final Engine engine = DjlEngine.load();
  private final NDManager manager;
  private final AdamW optimizer;
  private final int stepsPerUpdate;
  private final Supplier<? extends Collection<Parameter>> trainable;
  private final Function<NDManager, Map<String, NDArray>> binding;
  private @Nullable Window window;
  private double gradientNorm;

  /**
   * @param manager owns the leaves
   * @param trainable what is updated
   * @param binding makes what steps compute with, by key, owned by the given manager: a {@link
   *     Torch#leaf} for each trainable parameter
   */
  public Accumulation(
      NDManager manager,
      AdamW optimizer,
      int stepsPerUpdate,
      Supplier<? extends Collection<Parameter>> trainable,
      Function<NDManager, Map<String, NDArray>> binding) {
    this.manager = manager;
    this.optimizer = optimizer;
    this.stepsPerUpdate = stepsPerUpdate;
    this.trainable = trainable;
    this.binding = binding;
  }

  /** Computes a loss and its gradients. */
  public interface Step {
    /**
     * @param scope owns what the step makes, and is closed behind it
     * @param leaves by key
     * @return the loss
     */
    double run(NDManager scope, Map<String, NDArray> leaves, GradientCollector collector);
  }

  /**
   * Makes a step, and an update where it is the last before one. Where either fails, the gradients
   * since the last update are dropped.
   *
   * @return the loss
   */
  public double step(Step step) {
    try {
      Window current = open();
      double loss;
      try (NDManager scope = current.manager.newSubManager();
          GradientCollector collector = engine.newGradientCollector()) {
        loss = step.run(scope, current.leaves, collector);
      }
      current.steps++;
      if (current.steps == stepsPerUpdate) {
        update(current);
      }
      return loss;
    } catch (RuntimeException | Error e) {
      drop();
      throw e;
    }
  }

  /** Updates with the gradients of fewer steps; does nothing where there are none. */
  public void flush() {
    try {
      if (window != null) {
        update(window);
      }
    } finally {
      drop();
    }
  }

  /** Whether there are gradients that no update was made of. */
  public boolean isOpen() {
    return window != null;
  }

  /** The gradients since the last update, by key; owned by the leaves' manager. */
  public Map<String, NDArray> gradients() {
    Map<String, NDArray> gradients = new LinkedHashMap<>();
    if (window != null) {
      window.gradients(trainable.get()).forEach((p, g) -> gradients.put(p.key(), g));
    }
    return gradients;
  }

  /** Updates made so far. */
  public int updates() {
    return optimizer.updates();
  }

  /** The norm of all gradients before clipping at the last update; 0 before the first. */
  public double gradientNorm() {
    return gradientNorm;
  }

  /** Forgets the gradients since the last update. */
  public void drop() {
    if (window != null) {
      window.manager.close();
      window = null;
    }
  }

  private Window open() {
    if (window == null) {
      NDManager owner = manager.newSubManager();
      window = new Window(owner, binding.apply(owner));
    }
    return window;
  }

  private void update(Window current) {
    Map<Parameter, NDArray> gradients = current.gradients(trainable.get());
    if (gradients.isEmpty()) {
      throw new IllegalArgumentException(NO_DEPENDENCE);
    }
    gradientNorm = optimizer.update(gradients, 1.0 / current.steps);
    drop();
  }

  /** The leaves between two updates, and how many steps have added to their gradients. */
  private static final class Window {
    private final NDManager manager;
    private final Map<String, NDArray> leaves;
    private int steps;

    Window(NDManager manager, Map<String, NDArray> leaves) {
      this.manager = manager;
      this.leaves = leaves;
    }

    Map<Parameter, NDArray> gradients(Collection<Parameter> trainable) {
      Map<Parameter, NDArray> gradients = new LinkedHashMap<>();
      for (Parameter parameter : trainable) {
        NDArray leaf = leaves.get(parameter.key());
        NDArray gradient = leaf == null ? null : Torch.gradient(leaf);
        if (gradient != null) {
          gradients.put(parameter, gradient);
        }
      }
      return gradients;
    }
  }
}
