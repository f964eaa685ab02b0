package dev.rpdr.nn.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.rpdr.ModelException;
import dev.rpdr.RpdrException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A graph made ready to run again and again: values are numbered, integer constants decoded, and it
 * is known after which step each value can be freed. Immutable and thread-safe; what a run holds is
 * local to it.
 */
final class Plan {
  private final List<Step> steps;
  private final Map<String, Integer> tensors;
  private final Map<String, Integer> inputs;
  private final @Nullable Value[] initial;
  private final int output;

  private Plan(
      List<Step> steps,
      Map<String, Integer> tensors,
      Map<String, Integer> inputs,
      @Nullable Value[] initial,
      int output) {
    this.steps = steps;
    this.tensors = tensors;
    this.inputs = inputs;
    this.initial = initial;
    this.output = output;
  }

  /**
   * Numbers the values of a graph.
   *
   * @param parameters values that are neither in the file nor computed: adapters
   */
  static Plan of(Graph graph, Set<String> parameters) {
    Map<String, Integer> slots = new HashMap<>();
    Map<String, Integer> tensors = new LinkedHashMap<>();
    Map<String, Integer> inputs = new LinkedHashMap<>();
    Map<Integer, Value> initial = new HashMap<>();
    graph.inputs().forEach(name -> inputs.put(name, slot(slots, name)));
    parameters.forEach(name -> tensors.put(name, slot(slots, name)));
    graph.constants().forEach((name, t) -> constant(slot(slots, name), name, t, tensors, initial));
    List<Step> steps = new ArrayList<>();
    for (Node node : graph.nodes()) {
      int[] in = node.inputs().stream().mapToInt(i -> inputSlot(slots, node, i)).toArray();
      int[] out = node.outputs().stream().mapToInt(o -> slot(slots, o)).toArray();
      Operator operator = Operators.find(node.op()).orElseThrow();
      steps.add(new Step(node, operator, in, out, new int[0]));
    }
    Integer output = slots.get(graph.output());
    if (output == null) {
      throw new ModelException("no node yields the output '%s'".formatted(graph.output()));
    }
    inputs.keySet().retainAll(read(graph));
    @Nullable Value[] values = new Value[slots.size()];
    initial.forEach((slot, value) -> values[slot] = value);
    return new Plan(withReleases(steps, output, values.length), tensors, inputs, values, output);
  }

  private static Set<String> read(Graph graph) {
    Set<String> read = new java.util.HashSet<>();
    graph.nodes().forEach(n -> read.addAll(n.inputs()));
    return read;
  }

  private static int slot(Map<String, Integer> slots, String name) {
    int next = slots.size();
    return slots.computeIfAbsent(name, n -> next);
  }

  private static int inputSlot(Map<String, Integer> slots, Node node, String name) {
    if (name.isEmpty()) {
      return -1;
    }
    Integer slot = slots.get(name);
    if (slot == null) {
      throw new ModelException("%s reads '%s', which nothing yields".formatted(node, name));
    }
    return slot;
  }

  private static void constant(
      int slot,
      String name,
      TensorProto tensor,
      Map<String, Integer> tensors,
      Map<Integer, Value> initial) {
    if (Initializer.isFloat(tensor)) {
      tensors.put(name, slot);
    } else {
      initial.put(slot, Initializer.integers(tensor));
    }
  }

  /** Frees each computed value after the last step that reads it. */
  private static List<Step> withReleases(List<Step> steps, int output, int slots) {
    int[] lastRead = new int[slots];
    Arrays.fill(lastRead, -1);
    boolean[] computed = new boolean[slots];
    for (int s = 0; s < steps.size(); s++) {
      for (int slot : steps.get(s).outputs()) {
        computed[slot] = true;
        lastRead[slot] = s;
      }
      for (int slot : steps.get(s).inputs()) {
        if (slot >= 0) {
          lastRead[slot] = s;
        }
      }
    }
    List<Step> released = new ArrayList<>(steps.size());
    for (int s = 0; s < steps.size(); s++) {
      int at = s;
      Step step = steps.get(s);
      int[] freed =
          java.util.stream.IntStream.range(0, slots)
              .filter(slot -> computed[slot] && lastRead[slot] == at && slot != output)
              .toArray();
      released.add(new Step(step.node(), step.operator(), step.inputs(), step.outputs(), freed));
    }
    return released;
  }

  /** The names of tensors that a run has to be given, in the graph's order. */
  Set<String> tensors() {
    return tensors.keySet();
  }

  /** The names of inputs that the output depends on. */
  Set<String> inputs() {
    return inputs.keySet();
  }

  /**
   * Runs the graph.
   *
   * @param manager owns what is computed
   * @param bound all of {@link #tensors()}
   * @param given all of {@link #inputs()}
   * @param mode whether this is training
   */
  NDArray run(
      NDManager manager,
      Map<String, NDArray> bound,
      Map<String, HostTensor> given,
      Call.Mode mode) {
    @Nullable Value[] values = initial.clone();
    tensors.forEach((name, slot) -> values[slot] = new Value.Tensor(get(bound, name)));
    inputs.forEach((name, slot) -> values[slot] = get(given, name));
    for (Step step : steps) {
      List<Value> results = execute(step, manager, values, mode);
      int count = Math.min(results.size(), step.outputs().length);
      for (int i = 0; i < count; i++) {
        Value result = results.get(i);
        values[step.outputs()[i]] = result;
        if (result instanceof Value.Tensor t && t.array().getManager() != manager) {
          t.array().attach(manager);
        }
      }
      for (int slot : step.releases()) {
        if (values[slot] instanceof Value.Tensor t) {
          t.array().close();
        }
        values[slot] = null;
      }
    }
    if (values[output] instanceof Value.Tensor t) {
      return t.array();
    }
    throw new ModelException("the model's output is not made of floats");
  }

  private static <T> T get(Map<String, T> map, String name) {
    T value = map.get(name);
    if (value == null) {
      throw new IllegalStateException("nothing is bound to '%s'".formatted(name));
    }
    return value;
  }

  private static List<Value> execute(
      Step step, NDManager manager, @Nullable Value[] values, Call.Mode mode) {
    List<@Nullable Value> in = new ArrayList<>(step.inputs().length);
    for (int slot : step.inputs()) {
      in.add(slot < 0 ? null : values[slot]);
    }
    try {
      return step.operator().apply(new Call(step.node(), manager, in, mode));
    } catch (RpdrException | IllegalArgumentException e) {
      throw e;
    } catch (RuntimeException e) {
      String shapes =
          String.join(
              ", ", in.stream().map(v -> v == null ? "-" : Arrays.toString(v.dims())).toList());
      throw new ModelException(
          "%s failed on inputs of shapes %s: %s".formatted(step.node(), shapes, e.getMessage()), e);
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // Private to the plan and never changed.
  private record Step(Node node, Operator operator, int[] inputs, int[] outputs, int[] releases) {}
}
