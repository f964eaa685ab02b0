package dev.rpdr.testkit;

import dev.rpdr.CandidateList;
import dev.rpdr.TeacherAnswer;
import java.util.Objects;
import org.assertj.core.api.AbstractAssert;
import org.jspecify.annotations.Nullable;

/** Assertions on what a teacher answered. */
public final class TeacherAnswerAssert extends AbstractAssert<TeacherAnswerAssert, TeacherAnswer> {
  TeacherAnswerAssert(@Nullable TeacherAnswer actual) {
    super(actual, TeacherAnswerAssert.class);
  }

  /** Goes on with the ranking. */
  public RankingAssert ranking() {
    isNotNull();
    return new RankingAssert(actual.ranking());
  }

  /** The answer is one to this request, and closed; see {@link RankingAssert#isAnswerTo}. */
  public TeacherAnswerAssert isAnswerTo(CandidateList request) {
    ranking().isAnswerTo(request);
    return this;
  }

  /** What the language model wrote, to the letter. */
  public TeacherAnswerAssert hasRawText(String text) {
    isNotNull();
    if (!text.equals(actual.rawText())) {
      throw failure("Expected the raw text '%s', but it is '%s'", text, actual.rawText());
    }
    return this;
  }

  /** The model or snapshot that says it answered. */
  public TeacherAnswerAssert hasModel(String model) {
    isNotNull();
    if (!model.equals(actual.model())) {
      throw failure("Expected an answer of the model '%s', but it is of %s", model, named());
    }
    return this;
  }

  /** The tokens that were spent. */
  public TeacherAnswerAssert hasUsage(int inputTokens, int outputTokens) {
    isNotNull();
    TeacherAnswer.Usage expected = new TeacherAnswer.Usage(inputTokens, outputTokens);
    if (!expected.equals(actual.usage())) {
      throw failure("Expected the usage %s, but it is %s", expected, actual.usage());
    }
    return this;
  }

  private String named() {
    return Objects.requireNonNullElse(actual.model(), "an unnamed one");
  }
}
