package dev.rpdr.nn.train;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** The operators that can be executed and differentiated, by name. */
final class Operators {
  /** A matrix product with a weight, and a bias where there is one; made by {@link Fusion}. */
  static final String LINEAR = "rpdr.Linear";

  /** A {@link #LINEAR} with a low-rank adapter beside it. */
  static final String LORA_LINEAR = "rpdr.LoraLinear";

  /** The square; made by {@link Fusion} of a power of two. */
  static final String SQUARE = "rpdr.Square";

  /** Dropout that is active in training; made by {@link Fusion}. */
  static final String DROPOUT = "rpdr.Dropout";

  private static final Map<String, Operator> BY_NAME = new TreeMap<>();

  static {
    ArithmeticOperators.register(BY_NAME);
    ShapeOperators.register(BY_NAME);
    NeuralOperators.register(BY_NAME);
  }

  private Operators() {}

  static Optional<Operator> find(String name) {
    return Optional.ofNullable(BY_NAME.get(name));
  }

  /** ONNX's names of all operators, sorted. */
  static String known() {
    TreeSet<String> names = new TreeSet<>(BY_NAME.keySet());
    names.removeIf(n -> n.startsWith("rpdr."));
    names.add("Constant");
    names.add("Identity");
    names.add("Dropout");
    return String.join(", ", names);
  }
}
