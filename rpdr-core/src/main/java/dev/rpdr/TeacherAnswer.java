package dev.rpdr;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a teacher answered: the ranking that was understood and, where there is one, the text it was
 * read from, so that nothing paid for is lost when a parser improves.
 *
 * @param ranking the ranking, closed over its request
 * @param rawText what the language model wrote, or null where there is no such text
 * @param model the model or snapshot that says it answered, or null where unknown
 * @param usage tokens spent, or null where unknown
 */
public record TeacherAnswer(
    Ranking ranking, @Nullable String rawText, @Nullable String model, @Nullable Usage usage) {
  public TeacherAnswer {
    Objects.requireNonNull(ranking, "ranking");
  }

  /** An answer of which only the ranking is known. */
  public static TeacherAnswer of(Ranking ranking) {
    return new TeacherAnswer(ranking, null, null, null);
  }

  /**
   * Tokens spent on one request.
   *
   * @param inputTokens tokens of the prompt, ≥ 0
   * @param outputTokens tokens of the answer, ≥ 0
   */
  public record Usage(int inputTokens, int outputTokens) {
    public Usage {
      if (inputTokens < 0 || outputTokens < 0) {
        throw new IllegalArgumentException(
            "token counts must be >= 0, not " + inputTokens + " and " + outputTokens);
      }
    }
  }
}
