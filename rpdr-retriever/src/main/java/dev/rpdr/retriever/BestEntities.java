package dev.rpdr.retriever;

import dev.rpdr.Candidate;
import dev.rpdr.CandidateList;
import dev.rpdr.KnowledgeBase;
import dev.rpdr.Mention;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The k best entities of those offered, each at most once. Among equal scores the lower index is
 * better, which in a {@link KnowledgeBase} is the lower id. Not thread-safe.
 */
final class BestEntities {
  private final int k;

  /** A binary heap, the worst on top. */
  private final int[] entities;

  private final double[] scores;
  private int size;

  BestEntities(int k, int knowledgeBaseSize) {
    this.k = Math.min(k, knowledgeBaseSize);
    entities = new int[this.k];
    scores = new double[this.k];
  }

  /** Refuses a k that no retriever answers. */
  static void checkK(int k) {
    if (k < 1) {
      throw new IllegalArgumentException("k must be >= 1, not " + k);
    }
  }

  void offer(int entity, double score) {
    if (size < k) {
      siftUp(size++, entity, score);
    } else if (worse(entities[0], scores[0], entity, score)) {
      siftDown(entity, score);
    }
  }

  /** Whether k entities are held. */
  boolean isFull() {
    return size == k;
  }

  /** The score of the worst entity held; only while any is. */
  double worstScore() {
    return scores[0];
  }

  /** Takes the entities out, best first. */
  CandidateList drain(Mention mention, KnowledgeBase knowledgeBase) {
    List<Candidate> candidates = new ArrayList<>(size);
    while (size > 0) {
      candidates.add(new Candidate(knowledgeBase.entity(entities[0]), scores[0]));
      size--;
      siftDown(entities[size], scores[size]);
    }
    Collections.reverse(candidates);
    return new CandidateList(mention, candidates);
  }

  private static boolean worse(int entity, double score, int thanEntity, double thanScore) {
    return score < thanScore || (score == thanScore && entity > thanEntity);
  }

  private void siftUp(int start, int entity, double score) {
    int place = start;
    while (place > 0) {
      int parent = (place - 1) >>> 1;
      if (!worse(entity, score, entities[parent], scores[parent])) {
        break;
      }
      put(place, entities[parent], scores[parent]);
      place = parent;
    }
    put(place, entity, score);
  }

  private void siftDown(int entity, double score) {
    int place = 0;
    while (2 * place + 1 < size) {
      int child = 2 * place + 1;
      if (child + 1 < size
          && worse(entities[child + 1], scores[child + 1], entities[child], scores[child])) {
        child++;
      }
      if (!worse(entities[child], scores[child], entity, score)) {
        break;
      }
      put(place, entities[child], scores[child]);
      place = child;
    }
    put(place, entity, score);
  }

  private void put(int place, int entity, double score) {
    entities[place] = entity;
    scores[place] = score;
  }
}
