package dev.rpdr;

import java.util.List;

/**
 * Step 3: a local model that re-ranks candidates as the teacher would have done, alone and for
 * good.
 *
 * <p>Implementations are thread-safe and deterministic. A student may own native memory: who opens
 * it closes it; closing twice is harmless, and using it after that is an {@link
 * IllegalStateException}.
 */
public interface StudentReranker extends AutoCloseable {
  /**
   * Ranks all candidates of a request. An empty request gives an empty ranking.
   *
   * @throws RpdrException if the engine fails
   */
  Ranking rerank(CandidateList request);

  /**
   * Ranks many requests, which most implementations do faster than one by one.
   *
   * @return one ranking a request, in the same order
   */
  default List<Ranking> rerankAll(List<CandidateList> requests) {
    return requests.stream().map(this::rerank).toList();
  }

  /** Where this student comes from. */
  Provenance provenance();

  /** Releases what the student holds; throws nothing. */
  @Override
  void close();
}
