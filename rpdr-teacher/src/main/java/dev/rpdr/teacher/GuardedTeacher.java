package dev.rpdr.teacher;

import dev.rpdr.CandidateList;
import dev.rpdr.TeacherAnswer;
import dev.rpdr.TeacherAnswer.Usage;
import dev.rpdr.TeacherLlm;
import dev.rpdr.teacher.call.Call;
import dev.rpdr.teacher.call.CallGuard;
import dev.rpdr.teacher.call.Spend;
import dev.rpdr.teacher.call.TeacherEvent;
import java.util.Objects;
import java.util.function.Function;

/**
 * A teacher of any kind behind a {@link CallGuard}: what the teachers of this package have built
 * in, for teachers that others write. Thread-safe.
 */
public final class GuardedTeacher implements ConcurrentTeacher {
  private final TeacherLlm teacher;
  private final String modelName;
  private final CallGuard guard;
  private final int concurrency;
  private final Function<CandidateList, Usage> estimate;

  private GuardedTeacher(
      TeacherLlm teacher,
      String modelName,
      CallGuard guard,
      int concurrency,
      Function<CandidateList, Usage> estimate) {
    this.teacher = Objects.requireNonNull(teacher, "teacher");
    this.modelName = Settings.word("modelName", modelName);
    this.guard = Objects.requireNonNull(guard, "guard");
    this.concurrency = Settings.atLeastOne("concurrency", concurrency);
    this.estimate = Objects.requireNonNull(estimate, "estimate");
    guard.requirePrice(modelName);
  }

  /**
   * Puts a teacher behind a guard.
   *
   * @param teacher asked once for each try; it throws {@link dev.rpdr.RetriableException} where
   *     asking again may help
   * @param modelName by which it is priced and counted
   * @param guard shared with other teachers or not
   * @param concurrency how many requests are under way at once, ≥ 1
   * @param estimate the tokens that a request is expected to use, for a budget or a limit on tokens
   */
  public static GuardedTeacher of(
      TeacherLlm teacher,
      String modelName,
      CallGuard guard,
      int concurrency,
      Function<CandidateList, Usage> estimate) {
    return new GuardedTeacher(teacher, modelName, guard, concurrency, estimate);
  }

  @Override
  public TeacherAnswer rank(CandidateList request) {
    Usage expected = guard.needsEstimates() ? estimate.apply(request) : new Usage(0, 0);
    Call call = new Call(request.mention().text(), modelName, 1, expected);
    TeacherAnswer answer = guard.call(call, () -> teacher.rank(request), Spend::of);
    guard.tell(new TeacherEvent.Ranked(modelName, answer.ranking().outcome()));
    return answer;
  }

  @Override
  public String identity() {
    return teacher.identity();
  }

  @Override
  public int concurrency() {
    return concurrency;
  }

  @Override
  public String toString() {
    return "guarded " + teacher;
  }
}
