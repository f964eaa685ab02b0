package dev.rpdr.teacher;

import dev.rpdr.TeacherAnswer.Usage;
import dev.rpdr.teacher.call.Spend;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What came back for a prompt.
 *
 * @param text what the model wrote, or null where it wrote nothing
 * @param model the model or snapshot that says it answered, or null where unknown
 * @param usage tokens spent, or null where unknown
 * @param finishReason why the model stopped, in lower case, such as {@code stop}, {@code length} or
 *     {@code content_filter}; null where unknown
 * @param latency from sending the request to having its reply, or null where unknown
 */
public record Reply(
    @Nullable String text,
    @Nullable String model,
    @Nullable Usage usage,
    @Nullable String finishReason,
    @Nullable Duration latency) {
  /** The model reached its limit of tokens. */
  public static final String CUT_OFF = "length";

  /** The provider's content filter refused the prompt or the answer. */
  public static final String FILTERED = "content_filter";

  /** What it says was spent. */
  public Spend spend() {
    return new Spend(model, usage);
  }
}
