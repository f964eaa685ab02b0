package dev.rpdr.teacher;

import dev.rpdr.NonRetriableException;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Where keys come from: the environment, or a supplier of the caller's own (a vault). Keys are
 * asked for at each request and kept nowhere.
 */
public final class ApiKeys {
  private ApiKeys() {}

  /**
   * The key in an environment variable. The supplier throws {@link NonRetriableException}, naming
   * the variable, where it is not set.
   *
   * @param variable its name, such as {@code OPENAI_API_KEY}
   */
  public static Supplier<String> fromEnvironment(String variable) {
    return from(variable, System::getenv);
  }

  static Supplier<String> from(String variable, UnaryOperator<String> environment) {
    Objects.requireNonNull(variable, "variable");
    return () -> {
      String key = environment.apply(variable);
      if (key == null || key.isBlank()) {
        throw new NonRetriableException(
            "no key: the environment variable " + variable + " is not set");
      }
      return key.strip();
    };
  }

  /**
   * Asks for a key and checks that it can stand in a header.
   *
   * @throws NonRetriableException if it cannot; the message does not hold it
   */
  static String get(Supplier<String> supplier) {
    String key = supplier.get();
    if (key == null || key.isBlank()) {
      throw new NonRetriableException("the supplier of the key gave none");
    }
    if (!key.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      throw new NonRetriableException(
          "the key holds white space or characters that no key has (" + key.length() + " in all)");
    }
    return key;
  }
}
