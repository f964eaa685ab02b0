package dev.rpdr;

import java.util.List;

/**
 * Step 1: finds the k entities of a knowledge base that a mention most probably means.
 *
 * <p>Implementations are thread-safe and deterministic: the same call gives the same list; entities
 * of equal score stand in the order of their ids.
 */
@FunctionalInterface
public interface Retriever {
  /**
   * Retrieves candidates, best first.
   *
   * @param mention what to look for
   * @param k how many entities at most, ≥ 1
   * @return min(k, size of the knowledge base) candidates, or fewer where the method of retrieval
   *     finds nothing similar at all
   * @throws IllegalArgumentException if k &lt; 1
   * @throws RpdrException if an engine fails
   */
  CandidateList retrieve(Mention mention, int k);

  /**
   * Retrieves for many mentions, which most implementations do faster than one by one.
   *
   * @return one list a mention, in the same order
   */
  default List<CandidateList> retrieveAll(List<Mention> mentions, int k) {
    return mentions.stream().map(mention -> retrieve(mention, k)).toList();
  }
}
