package dev.rpdr.testkit;

import dev.rpdr.CandidateList;
import dev.rpdr.Ranking;
import dev.rpdr.TeacherAnswer;
import org.jspecify.annotations.Nullable;

/** The door to AssertJ assertions on this library's values. */
public final class RpdrAssertions {
  private RpdrAssertions() {}

  /** Assertions on a ranking. */
  public static RankingAssert assertThat(@Nullable Ranking actual) {
    return new RankingAssert(actual);
  }

  /** Assertions on candidates. */
  public static CandidateListAssert assertThat(@Nullable CandidateList actual) {
    return new CandidateListAssert(actual);
  }

  /** Assertions on what a teacher answered. */
  public static TeacherAnswerAssert assertThat(@Nullable TeacherAnswer actual) {
    return new TeacherAnswerAssert(actual);
  }
}
