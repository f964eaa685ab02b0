package dev.rpdr.benchmarks.teacher;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** What was found, and whether it is what it must be. Not thread-safe. */
final class Checks {
  private final List<String> lines = new ArrayList<>();
  private boolean passed = true;

  /** Something worth telling. */
  void note(String line) {
    lines.add("      " + line);
  }

  /** Something that must hold. */
  void check(boolean holds, String line) {
    lines.add((holds ? "  ok  " : "WRONG ") + line);
    passed &= holds;
  }

  /** Two things that must be equal. */
  void equal(String what, Object expected, Object actual) {
    boolean same = Objects.equals(expected, actual);
    check(same, what + ": " + actual + (same ? "" : ", not " + expected));
  }

  boolean passed() {
    return passed;
  }

  List<String> lines() {
    return List.copyOf(lines);
  }
}
