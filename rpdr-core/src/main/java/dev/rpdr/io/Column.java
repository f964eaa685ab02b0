package dev.rpdr.io;

import java.util.Objects;

/**
 * Which column of a table: by its name in the header (or key of a JSON object), or by its number.
 */
public sealed interface Column {
  /** A column by name. */
  static Column named(String name) {
    return new Named(name);
  }

  /** A column by number, counted from 1 as in {@code cut} and in spreadsheets. */
  static Column number(int number) {
    return new Numbered(number);
  }

  /** Digits are a number, anything else is a name. */
  static Column parse(String text) {
    return text.matches("\\d{1,4}") ? number(Integer.parseInt(text)) : named(text);
  }

  /**
   * A name.
   *
   * @param name not blank
   */
  record Named(String name) implements Column {
    public Named {
      if (Objects.requireNonNull(name, "name").isBlank()) {
        throw new IllegalArgumentException("a column's name must not be blank");
      }
    }

    @Override
    public String toString() {
      return "'" + name + "'";
    }
  }

  /**
   * A number.
   *
   * @param number from 1
   */
  record Numbered(int number) implements Column {
    public Numbered {
      if (number < 1) {
        throw new IllegalArgumentException("columns are counted from 1, so " + number + " is none");
      }
    }

    @Override
    public String toString() {
      return Integer.toString(number);
    }
  }
}
