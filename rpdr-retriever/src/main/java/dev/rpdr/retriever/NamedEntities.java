package dev.rpdr.retriever;

import dev.rpdr.CandidateList;
import dev.rpdr.KnowledgeBase;
import dev.rpdr.Mention;

/**
 * Names, and the entities of a knowledge base that they name: its own names, or further ones.
 *
 * @param names the names by entity
 * @param target where the entities stand
 * @param entityOf from the index of an entity in {@code names} to its index in {@code target},
 *     rising; shared
 */
@SuppressWarnings("ArrayRecordComponent")
record NamedEntities(KnowledgeBase names, KnowledgeBase target, int[] entityOf) {
  /** A knowledge base's own names. */
  static NamedEntities own(KnowledgeBase knowledgeBase) {
    int[] same = new int[knowledgeBase.size()];
    for (int i = 0; i < same.length; i++) {
      same[i] = i;
    }
    return new NamedEntities(knowledgeBase, knowledgeBase, same);
  }

  /**
   * Further names.
   *
   * @throws IllegalArgumentException if one is of an entity that the knowledge base lacks
   */
  static NamedEntities further(KnowledgeBase names, KnowledgeBase target) {
    int[] entityOf = new int[names.size()];
    for (int i = 0; i < entityOf.length; i++) {
      entityOf[i] = target.indexOf(names.id(i));
      if (entityOf[i] < 0) {
        throw new IllegalArgumentException(
            "the further name '"
                + names.name(names.firstNameOf(i))
                + "' is of entity '"
                + names.id(i)
                + "', which is not in the knowledge base");
      }
    }
    return new NamedEntities(names, target, entityOf);
  }

  /** A collector of the k best of these entities, to be offered by their index in the target. */
  BestEntities best(int k) {
    return new BestEntities(k, entityOf.length);
  }

  /**
   * The k best entities that score above 0, each by its best name.
   *
   * @param scores of all names, one after the other, from {@code offset}
   */
  CandidateList best(Mention mention, double[] scores, int offset, int k) {
    BestEntities best = best(k);
    int name = 0;
    for (int i = 0; i < entityOf.length; i++) {
      int end = i + 1 < entityOf.length ? names.firstNameOf(i + 1) : names.nameCount();
      double score = 0;
      for (; name < end; name++) {
        score = Math.max(score, scores[offset + name]);
      }
      if (score > 0) {
        best.offer(entityOf[i], score);
      }
    }
    return best.drain(mention, target);
  }
}
