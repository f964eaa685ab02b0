package dev.rpdr.teacher.call;

import dev.rpdr.TeacherAnswer;
import dev.rpdr.TeacherAnswer.Usage;
import org.jspecify.annotations.Nullable;

/**
 * What an answered call says it spent.
 *
 * @param snapshot the model that says it answered, or null where unknown
 * @param usage the tokens it used, or null where unknown
 */
public record Spend(@Nullable String snapshot, @Nullable Usage usage) {
  /** What an answer says. */
  public static Spend of(TeacherAnswer answer) {
    return new Spend(answer.model(), answer.usage());
  }
}
