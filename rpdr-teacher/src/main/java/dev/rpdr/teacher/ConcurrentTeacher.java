package dev.rpdr.teacher;

import dev.rpdr.CandidateList;
import dev.rpdr.TeacherAnswer;
import dev.rpdr.TeacherLlm;
import java.util.List;
import java.util.function.Consumer;

/**
 * A teacher that has several requests under way at once and hands over each answer as soon as it is
 * there, so that a journal can keep it while others are still awaited.
 */
public interface ConcurrentTeacher extends TeacherLlm {
  /** How many requests {@link #rankAll} has under way at once, ≥ 1. */
  int concurrency();

  /**
   * Ranks many. After a failure nothing more is asked; what is under way is waited for and still
   * handed over.
   *
   * @param arrived receives each answer once, in any order, from several threads at once; what it
   *     throws counts as a failure of that request
   * @return one answer a request, in the order of the requests
   */
  default List<TeacherAnswer> rankAll(
      List<CandidateList> requests, Consumer<TeacherAnswer> arrived) {
    return BoundedCalls.map(
        requests,
        concurrency(),
        request -> {
          TeacherAnswer answer = rank(request);
          arrived.accept(answer);
          return answer;
        });
  }

  @Override
  default List<TeacherAnswer> rankAll(List<CandidateList> requests) {
    return rankAll(requests, answer -> {});
  }
}
