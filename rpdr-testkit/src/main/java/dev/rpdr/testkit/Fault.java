package dev.rpdr.testkit;

import java.util.Locale;
import java.util.Objects;

/**
 * What goes wrong between an application and a language model. The first seven spoil what the model
 * writes: the answer comes, and is paid for. The others are failures of the service; all but {@link
 * #SLOW_DRIP} leave the caller without an answer.
 */
public enum Fault {
  /** The answer stands in a Markdown code fence. */
  FENCES,
  /** A sentence stands before the answer and one after it. */
  PROSE,
  /** The best entry is named twice. */
  REPEATS,
  /** The second half of the entries is missing. */
  MISSING,
  /** An entry is named that was not on offer. */
  OUT_OF_RANGE,
  /** A sentence in a language that nobody asked for, without a ranking. */
  WRONG_LANGUAGE,
  /** Nothing at all. */
  EMPTY,
  /** HTTP 429 with a {@code Retry-After} header. */
  RATE_LIMIT,
  /** HTTP 500. */
  SERVER_ERROR,
  /** The answer does not come. */
  TIMEOUT,
  /** The answer is whole but comes a few bytes at a time. */
  SLOW_DRIP,
  /** HTTP 200 with a body that breaks off in the middle. */
  MALFORMED_BODY,
  /** The connection is closed without an answer. */
  CONNECTION_RESET;

  /** Whether the fault lies in what the model wrote. */
  public boolean isInAnswer() {
    return compareTo(EMPTY) <= 0;
  }

  /** Whether the caller gets no answer at all. */
  public boolean isFailure() {
    return !isInAnswer() && this != SLOW_DRIP;
  }

  /**
   * What the model would have written with this fault.
   *
   * @param answer what it would write without: labels or names joined by arrows, commas or lines,
   *     or JSON with an array of them; an answer of one entry has nothing that could be missing
   * @return the spoilt answer; the answer itself where the fault is not in the answer
   */
  public String spoil(String answer) {
    Objects.requireNonNull(answer, "answer");
    return switch (this) {
      case FENCES -> "```\n" + answer + "\n```";
      case PROSE ->
          "Certainly. This is how I would order them:\n\n" + answer + "\n\nPlease ask a physician.";
      case REPEATS -> AnswerEntries.edit(answer, AnswerEntries::repeatFirst);
      case MISSING -> AnswerEntries.edit(answer, AnswerEntries::firstHalf);
      case OUT_OF_RANGE -> AnswerEntries.edit(answer, AnswerEntries::withStranger);
      case WRONG_LANGUAGE -> "Désolé, je ne peux pas classer ces termes sans voir le patient.";
      case EMPTY -> "";
      default -> answer;
    };
  }

  /** Its name in messages, such as {@code rate limit}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
