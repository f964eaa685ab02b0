package dev.rpdr.nn.causal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.rpdr.nn.torch.Parameter;
import dev.rpdr.nn.torch.Torch;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * An adapter's matrices and the scoring head beside it while they are trained. Not thread-safe;
 * arrays are owned by the manager.
 */
final class AdapterParameters {
  /** The head's name beside those of the matrices. */
  static final String HEAD = "score.weight";

  private final CausalLm model;
  private final LoraAdapter shape;
  private final Map<String, Parameter> parameters = new LinkedHashMap<>();

  /**
   * @param start whose numbers the training starts from
   * @param head [hidden]
   */
  AdapterParameters(CausalLm model, NDManager manager, LoraAdapter start, float[] head) {
    this.model = model;
    this.shape = start;
    for (String name : start.matrices().keySet()) {
      parameters.put(name, new Parameter(name, name, CausalLm.copy(manager, start, name), true));
    }
    try (NDArray view = manager.create(head, new Shape(1, head.length))) {
      parameters.put(HEAD, new Parameter(HEAD, HEAD, view.duplicate(), true));
    }
  }

  Collection<Parameter> all() {
    return parameters.values();
  }

  /** New leaves by name. */
  Map<String, NDArray> leaves(NDManager owner) {
    Map<String, NDArray> leaves = new HashMap<>();
    parameters.forEach(
        (name, parameter) -> {
          NDArray leaf = Torch.leaf(parameter.value());
          leaf.attach(owner);
          leaves.put(name, leaf);
        });
    return leaves;
  }

  /** What a pass computes with where these are the leaves. */
  Adapters beside(Map<String, NDArray> leaves, double dropout) {
    return new Adapters(leaves, (float) shape.scale(), dropout);
  }

  /** The adapter as it is now. */
  LoraAdapter adapter() {
    Map<String, float[]> matrices = new LinkedHashMap<>();
    shape.matrices().keySet().forEach(name -> matrices.put(name, values(name)));
    return LoraAdapter.of(model.config(), shape.rank(), shape.alpha(), matrices);
  }

  /** The head as it is now [hidden]. */
  float[] head() {
    return values(HEAD);
  }

  private float[] values(String name) {
    return Objects.requireNonNull(parameters.get(name)).value().toFloatArray();
  }

  /** All that a training needs to go on. */
  TrainingState state(int updates, long steps) {
    Map<String, float[]> means = new LinkedHashMap<>();
    Map<String, float[]> variances = new LinkedHashMap<>();
    parameters.forEach(
        (name, parameter) -> {
          means.put(name, parameter.mean().toFloatArray());
          variances.put(name, parameter.variance().toFloatArray());
        });
    return new TrainingState(adapter(), head(), means, variances, updates, steps);
  }

  /** Takes up the optimizer's running means of a state with the same adapter. */
  void restore(TrainingState state) {
    parameters.forEach(
        (name, parameter) ->
            parameter.restore(
                Objects.requireNonNull(state.means().get(name), name),
                Objects.requireNonNull(state.variances().get(name), name)));
  }
}
