package dev.rpdr.distill;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** The kinds of student. */
public enum StudentKind {
  /** A fine-tuned encoder; a score is the inner product of two vectors. */
  BI_ENCODER("bi-encoder"),
  /** An encoder that reads mention and name together, with a scoring head. */
  CROSS_ENCODER("cross-encoder"),
  /** An encoder that reads a mention and all of its candidates together, with a head for tokens. */
  LISTWISE("listwise"),
  /** An open language model with an adapter. */
  LLM("llm");

  private final String label;

  StudentKind(String label) {
    this.label = label;
  }

  /** What it is called in files and reports. */
  public String label() {
    return label;
  }

  /** The kind of a label, or nothing. */
  public static Optional<StudentKind> of(String label) {
    return Arrays.stream(values()).filter(kind -> kind.label.equals(label)).findFirst();
  }

  /** All labels, for messages. */
  static String labels() {
    return Arrays.stream(values()).map(StudentKind::label).collect(Collectors.joining(", "));
  }
}
