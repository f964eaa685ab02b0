package dev.rpdr;

import java.util.Objects;

/** How a ranking came about. Closed: every consumer can count all of them. */
public sealed interface Outcome {
  /** Ranked as answered. */
  Outcome ANSWERED = new Answered();

  /** A short name for reports and journals: answered, repaired, fell-back, abstained. */
  String label();

  /** Why, or the empty string where nothing went wrong. */
  String reason();

  /** The answer was a well-formed ranking and was taken as it is. */
  record Answered() implements Outcome {
    @Override
    public String label() {
      return "answered";
    }

    @Override
    public String reason() {
      return "";
    }
  }

  /** The answer had faults that were mended, such as repeats or candidates that were left out. */
  record Repaired(String reason) implements Outcome {
    public Repaired {
      requireReason(reason);
    }

    @Override
    public String label() {
      return "repaired";
    }
  }

  /** No answer could be used; the ranking is the order of the request. */
  record FellBack(String reason) implements Outcome {
    public FellBack {
      requireReason(reason);
    }

    @Override
    public String label() {
      return "fell-back";
    }
  }

  /** The ranker declined to link; the ranking is empty. */
  record Abstained(String reason) implements Outcome {
    public Abstained {
      requireReason(reason);
    }

    @Override
    public String label() {
      return "abstained";
    }
  }

  /** The outcome that {@link #label()} and {@link #reason()} were written from. */
  static Outcome of(String label, String reason) {
    return switch (label) {
      case "answered" -> ANSWERED;
      case "repaired" -> new Repaired(reason);
      case "fell-back" -> new FellBack(reason);
      case "abstained" -> new Abstained(reason);
      default ->
          throw new IllegalArgumentException(
              "outcome '"
                  + label
                  + "' is unknown; known are answered, repaired, fell-back, abstained");
    };
  }

  private static void requireReason(String reason) {
    if (Objects.requireNonNull(reason, "reason").isBlank()) {
      throw new IllegalArgumentException("an outcome other than answered needs a reason");
    }
  }
}
