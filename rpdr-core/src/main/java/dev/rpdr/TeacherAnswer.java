package dev.rpdr;

import java.time.Duration;
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
 * @param finishReason why the language model stopped, in lower case, such as {@code stop}, {@code
 *     length} or {@code content_filter}; null where unknown
 * @param latency from sending the request that was answered to having its answer, waits and failed
 *     tries before it left out, ≥ 0; null where unknown
 */
public record TeacherAnswer(
    Ranking ranking,
    @Nullable String rawText,
    @Nullable String model,
    @Nullable Usage usage,
    @Nullable String finishReason,
    @Nullable Duration latency) {
  public TeacherAnswer {
    Objects.requireNonNull(ranking, "ranking");
    if (latency != null && latency.isNegative()) {
      throw new IllegalArgumentException("latency must be >= 0, not " + latency);
    }
  }

  /** An answer of unknown latency and unknown reason to finish. */
  public TeacherAnswer(
      Ranking ranking, @Nullable String rawText, @Nullable String model, @Nullable Usage usage) {
    this(ranking, rawText, model, usage, null, null);
  }

  /** An answer of which only the ranking is known. */
  public static TeacherAnswer of(Ranking ranking) {
    return new TeacherAnswer(ranking, null, null, null);
  }

  /** This answer, understood as another ranking; all else stays. */
  public TeacherAnswer withRanking(Ranking newRanking) {
    return new TeacherAnswer(newRanking, rawText, model, usage, finishReason, latency);
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
