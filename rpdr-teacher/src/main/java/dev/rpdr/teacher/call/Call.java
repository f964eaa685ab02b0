package dev.rpdr.teacher.call;

import dev.rpdr.TeacherAnswer.Usage;
import java.util.Objects;

/**
 * What a guard needs to know of a call before it is made.
 *
 * @param subject what it is about, for messages; usually the mention
 * @param model the model that is asked, by which it is priced
 * @param mentions how many mentions it asks about, ≥ 1
 * @param estimate the tokens that it is expected to use
 */
public record Call(String subject, String model, int mentions, Usage estimate) {
  public Call {
    Objects.requireNonNull(subject, "subject");
    Objects.requireNonNull(model, "model");
    Objects.requireNonNull(estimate, "estimate");
    if (mentions < 1) {
      throw new IllegalArgumentException("mentions must be >= 1, not " + mentions);
    }
  }

  int tokens() {
    return estimate.inputTokens() + estimate.outputTokens();
  }
}
