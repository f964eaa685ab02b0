package dev.rpdr.nn.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.rpdr.ModelException;
import dev.rpdr.nn.torch.Parameter;
import dev.rpdr.nn.torch.Torch;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** All tensors of floats that a graph reads, on the device. Not thread-safe. */
final class Weights {
  private final Graph graph;
  private final WeightNames names;
  private final @Nullable Lora lora;
  private final NDManager manager;
  private final Map<String, Parameter> parameters = new LinkedHashMap<>();

  /**
   * @param lora adapters that are trained in place of the weights, or null
   * @param manager owns the tensors; closed by the caller
   */
  Weights(Graph graph, WeightNames names, @Nullable Lora lora, NDManager manager) {
    this.graph = graph;
    this.names = names;
    this.lora = lora;
    this.manager = manager;
  }

  /**
   * Copies all tensors that a plan reads to the device.
   *
   * @param tensors names in the plan's order
   * @param freeze a pattern of weights that are not trained; empty for none
   * @param random start values of adapters
   */
  void load(Set<String> tensors, String freeze, Random random) {
    Set<String> weights = Trainables.of(graph);
    Pattern pattern = Pattern.compile(freeze);
    for (String key : tensors) {
      TensorProto tensor = graph.constants().get(key);
      if (tensor == null) {
        continue;
      }
      String name = names.of(key);
      boolean frozen = !freeze.isEmpty() && pattern.matcher(name).find();
      boolean trainable = lora == null && weights.contains(key) && !frozen;
      Shape shape = new Shape(Initializer.dims(tensor));
      add(key, name, Initializer.floats(tensor), shape, trainable);
    }
    if (lora != null) {
      lora.parameters(parameters, manager, random).forEach(p -> parameters.put(p.key(), p));
    }
    if (trainable().isEmpty()) {
      throw new ModelException("no weight is left to train: freeze is '%s'".formatted(freeze));
    }
  }

  /** Copies one tensor to the device. */
  void add(String key, String name, float[] data, Shape shape, boolean trainable) {
    try (NDArray view = manager.create(data, shape)) {
      parameters.put(key, new Parameter(key, name, view.duplicate(), trainable));
    }
  }

  /** By its name in the graph, or by its readable one. */
  @Nullable Parameter find(String name) {
    Parameter direct = parameters.get(name);
    return direct != null
        ? direct
        : parameters.values().stream().filter(p -> p.name().equals(name)).findFirst().orElse(null);
  }

  Parameter require(String name) {
    Parameter parameter = find(Objects.requireNonNull(name, "name"));
    if (parameter == null) {
      throw new IllegalArgumentException("there is no parameter '%s'".formatted(name));
    }
    return parameter;
  }

  /** The name in the graph of what is known by either name. */
  String keyOf(String name) {
    return require(name).key();
  }

  /** What is being trained, in the graph's order. */
  List<Parameter> trainable() {
    return parameters.values().stream().filter(Parameter::trainable).toList();
  }

  /** Handles of all tensors, owned by the given manager; weights as leaves where training. */
  Map<String, NDArray> bind(NDManager owner, boolean training) {
    Map<String, NDArray> bound = new HashMap<>();
    for (Parameter p : parameters.values()) {
      NDArray handle = training && p.trainable() ? Torch.leaf(p.value()) : p.value().stopGradient();
      handle.attach(owner);
      bound.put(p.key(), handle);
    }
    return bound;
  }

  /** Puts the present values of what was trained in the place of a model's initializers. */
  void writeInto(ModelProto.Builder model) {
    Map<String, float[]> changed = changedWeights();
    for (TensorProto.Builder tensor : model.getGraphBuilder().getInitializerBuilderList()) {
      float[] values = changed.get(tensor.getName());
      if (values != null) {
        Initializer.replace(tensor, values);
      }
    }
  }

  private Map<String, float[]> changedWeights() {
    Map<String, float[]> changed = new HashMap<>();
    Set<String> own = graph.initializers();
    if (lora != null) {
      for (String key : lora.adapters().keySet()) {
        try (NDManager scope = manager.newSubManager()) {
          changed.put(key, lora.merged(key, parameters, scope).toFloatArray());
        }
      }
    } else {
      parameters.values().stream()
          .filter(p -> p.trainable() && own.contains(p.key()))
          .forEach(p -> changed.put(p.key(), p.value().toFloatArray()));
    }
    changed.forEach(
        (key, values) -> {
          for (float v : values) {
            if (!Float.isFinite(v)) {
              throw new ModelException(
                  "weight '%s' holds %s; nothing was written".formatted(names.of(key), v));
            }
          }
        });
    return changed;
  }
}
