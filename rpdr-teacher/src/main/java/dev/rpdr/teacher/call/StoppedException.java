package dev.rpdr.teacher.call;

import dev.rpdr.NonRetriableException;
import java.util.List;

/**
 * A run was stopped. Answers given before are not affected: a journal has kept them, and the next
 * run asks only for the rest.
 */
public class StoppedException extends NonRetriableException {
  private static final long serialVersionUID = 1L;

  private final Reason reason;
  private final long answers;
  private final transient List<String> lastFailures;

  StoppedException(Reason reason, String message, long answers, List<String> lastFailures) {
    super(message(message, answers, lastFailures));
    this.reason = reason;
    this.answers = answers;
    this.lastFailures = List.copyOf(lastFailures);
  }

  /** Why a run is stopped. */
  public enum Reason {
    /** The service failed for too long. */
    FAILING,
    /** The next request might have led beyond the budget. */
    BUDGET,
    /** {@link CallGuard#cancel} was called. */
    CANCELLED
  }

  /** Why. */
  public Reason reason() {
    return reason;
  }

  /** How many answers were given before. */
  public long answers() {
    return answers;
  }

  /** The last failures, the latest last; at most three. */
  public List<String> lastFailures() {
    return lastFailures;
  }

  private static String message(String message, long answers, List<String> lastFailures) {
    String kept =
        message
            + "; the "
            + answers
            + " answers given before stay valid, and a journal has kept them";
    return lastFailures.isEmpty()
        ? kept
        : kept + ". The last failures: " + String.join(" | ", lastFailures);
  }
}
