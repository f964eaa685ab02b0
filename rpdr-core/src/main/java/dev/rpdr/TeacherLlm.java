package dev.rpdr;

import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/**
 * Step 2: a language model that re-ranks the candidates of unlabelled mentions. Its answers become
 * training data.
 *
 * <p>Implementations are thread-safe. An answer that cannot be understood is no exception: it is a
 * ranking whose outcome says so. An exception means that there was no answer.
 */
public interface TeacherLlm {
  /**
   * Ranks the candidates of one mention.
   *
   * @return an answer whose ranking's request equals {@code request}
   * @throws RetriableException if asking again may help (rate limit, timeout, server error)
   * @throws NonRetriableException if it will not (key refused, model unknown)
   */
  TeacherAnswer rank(CandidateList request);

  /**
   * What decides how this teacher answers: model, prompt template, settings; never a secret.
   * Answers are kept under it, so two teachers that may answer differently must not share it.
   */
  String identity();

  /**
   * Ranks many.
   *
   * @return one answer a request, in the same order
   */
  default List<TeacherAnswer> rankAll(List<CandidateList> requests) {
    return requests.stream().map(this::rank).toList();
  }

  /** A teacher made of a function. */
  static TeacherLlm of(String identity, Function<CandidateList, Ranking> ranker) {
    Objects.requireNonNull(identity, "identity");
    Objects.requireNonNull(ranker, "ranker");
    return new TeacherLlm() {
      @Override
      public TeacherAnswer rank(CandidateList request) {
        return TeacherAnswer.of(ranker.apply(request));
      }

      @Override
      public String identity() {
        return identity;
      }
    };
  }
}
