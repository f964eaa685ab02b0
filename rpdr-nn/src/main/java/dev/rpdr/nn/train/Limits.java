package dev.rpdr.nn.train;

/** Checks of arguments; messages name the parameter, the limit and the value. */
final class Limits {
  private Limits() {}

  static void within(String name, long value, long low, long high) {
    if (value < low || value > high) {
      throw new IllegalArgumentException(
          "%s must lie between %d and %d; got %d".formatted(name, low, high, value));
    }
  }

  static void positive(String name, double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException("%s must be above 0; got %s".formatted(name, value));
    }
  }

  static void notNegative(String name, double value) {
    if (!(value >= 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException("%s must be at least 0; got %s".formatted(name, value));
    }
  }

  /** At least 0 and below 1. */
  static void share(String name, double value) {
    if (!(value >= 0 && value < 1)) {
      throw new IllegalArgumentException(
          "%s must be at least 0 and below 1; got %s".formatted(name, value));
    }
  }
}
