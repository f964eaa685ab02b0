package dev.rpdr.teacher.prompt;

import java.util.Objects;
import java.util.function.ToDoubleBiFunction;

/** How alike two texts are. Implementations are thread-safe. */
public interface TextSimilarity {
  /** A finite number, higher for more alike. */
  double similarity(String one, String other);

  /** What it compares by, as one word. */
  String name();

  /** A similarity made of a function, such as the cosine of two embeddings. */
  static TextSimilarity of(String name, ToDoubleBiFunction<String, String> function) {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(function, "function");
    return new TextSimilarity() {
      @Override
      public double similarity(String one, String other) {
        return function.applyAsDouble(one, other);
      }

      @Override
      public String name() {
        return name;
      }
    };
  }
}
