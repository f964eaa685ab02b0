package dev.rpdr.retriever;

import dev.rpdr.CandidateList;
import dev.rpdr.Mention;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The entities whose best names have the greatest inner products with a query: more of the best
 * names are taken until k entities are surely the best. Thread-safe.
 *
 * @param entities the names and whose they are
 * @param texts the same names, each text once, as they are numbered in the search
 * @param search the vectors of the texts
 */
record EntitySearch(NamedEntities entities, DistinctNames texts, InnerProductSearch search) {
  private static final int BATCH = 256;

  /**
   * The k best entities of each mention.
   *
   * @param queries the vectors of the mentions, as many as these
   * @param k ≥ 1
   */
  List<CandidateList> nearest(List<Mention> asked, List<float[]> queries, int k) {
    @Nullable CandidateList[] lists = new CandidateList[asked.size()];
    for (int from = 0; from < lists.length; from += BATCH) {
      int to = Math.min(lists.length, from + BATCH);
      List<Integer> open = IntStream.range(from, to).boxed().toList();
      for (long count = firstCount(k); !open.isEmpty(); count *= 4) {
        List<NearestNames> nearest =
            search.search(
                open.stream().map(queries::get).toList(), (int) Math.min(count, texts.size()));
        List<Integer> uncertain = new ArrayList<>();
        for (int i = 0; i < nearest.size(); i++) {
          int place = open.get(i);
          lists[place] = certain(asked.get(place), nearest.get(i), k);
          if (lists[place] == null) {
            uncertain.add(place);
          }
        }
        open = uncertain;
      }
    }
    return Arrays.stream(lists).map(Objects::requireNonNull).toList();
  }

  /** So many names hold k entities as a rule, so that one search does. */
  private long firstCount(int k) {
    long namesAnEntity = 1L + entities.names().nameCount() / entities.names().size();
    return k * namesAnEntity + 8;
  }

  /** The k best entities, or null where a name that is missing might belong to one of them. */
  private @Nullable CandidateList certain(Mention mention, NearestNames nearest, int k) {
    Map<Integer, Float> scores = new HashMap<>();
    for (int i = 0; i < nearest.names().length; i++) {
      float score = nearest.scores()[i];
      texts.forEachEntity(
          nearest.names()[i],
          entity -> scores.merge(entities.entityOf()[entity], score, Math::max));
    }
    BestEntities best = entities.best(k);
    scores.forEach(best::offer);
    boolean sure =
        nearest.bound() == Float.NEGATIVE_INFINITY
            || (best.isFull() && best.worstScore() > nearest.bound());
    return sure ? best.drain(mention, entities.target()) : null;
  }
}
