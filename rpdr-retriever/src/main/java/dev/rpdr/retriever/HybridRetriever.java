package dev.rpdr.retriever;

import dev.rpdr.Candidate;
import dev.rpdr.CandidateList;
import dev.rpdr.Entity;
import dev.rpdr.Mention;
import dev.rpdr.Retriever;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Joins the lists of several retrievers by reciprocal rank fusion (Cormack, Clarke and Büttcher
 * 2009): an entity scores the sum over the retrievers of weight / (rank constant + its rank there),
 * ranks from 1; where a retriever did not find it, it adds nothing. The retrievers' own scores do
 * not matter.
 *
 * <p>All retrievers should know the same entities; where they hold different versions of one, the
 * version of the first retriever is answered. Immutable, and thread-safe as the retrievers are. The
 * caller owns and closes them.
 */
public final class HybridRetriever implements Retriever {
  private static final Comparator<Candidate> BEST_FIRST =
      Comparator.comparingDouble(Candidate::score).reversed().thenComparing(Candidate::id);

  private final List<Part> parts;
  private final int rankConstant;

  private HybridRetriever(Builder builder) {
    parts = List.copyOf(builder.parts);
    rankConstant = builder.rankConstant;
  }

  /** Joins retrievers with equal weights, depth 100 and rank constant 60. */
  public static HybridRetriever of(Retriever first, Retriever... others) {
    Builder builder = builder().add(first);
    for (Retriever other : others) {
      builder.add(other);
    }
    return builder.build();
  }

  /** A builder without retrievers; it needs at least one. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public CandidateList retrieve(Mention mention, int k) {
    return retrieveAll(List.of(mention), k).get(0);
  }

  @Override
  public List<CandidateList> retrieveAll(List<Mention> mentions, int k) {
    BestEntities.checkK(k);
    List<List<CandidateList>> byPart = new ArrayList<>(parts.size());
    for (Part part : parts) {
      byPart.add(part.retriever.retrieveAll(mentions, Math.max(k, part.depth)));
    }
    List<CandidateList> fused = new ArrayList<>(mentions.size());
    for (int m = 0; m < mentions.size(); m++) {
      Map<String, Candidate> sums = new TreeMap<>();
      for (int p = 0; p < parts.size(); p++) {
        addTo(sums, byPart.get(p).get(m), parts.get(p).weight);
      }
      List<Candidate> best = sums.values().stream().sorted(BEST_FIRST).limit(k).toList();
      fused.add(new CandidateList(mentions.get(m), best));
    }
    return fused;
  }

  private void addTo(Map<String, Candidate> sums, CandidateList list, double weight) {
    for (int place = 0; place < list.size(); place++) {
      Entity entity = list.entity(place);
      double gain = weight / (rankConstant + place + 1);
      Candidate known = sums.get(entity.id());
      sums.put(
          entity.id(),
          known == null
              ? new Candidate(entity, gain)
              : new Candidate(known.entity(), known.score() + gain));
    }
  }

  private record Part(Retriever retriever, double weight, int depth) {}

  /** Collects retrievers. Not thread-safe. */
  public static final class Builder {
    private static final int DEPTH = 100;

    private final List<Part> parts = new ArrayList<>();
    private int rankConstant = 60;

    private Builder() {}

    /** Adds a retriever of weight 1 and depth 100. */
    public Builder add(Retriever retriever) {
      return add(retriever, 1, DEPTH);
    }

    /**
     * Adds a retriever.
     *
     * @param weight how much its ranks count, finite and &gt; 0
     * @param depth how many entities to take from it, ≥ 1; as many as are asked of the whole where
     *     these are more
     */
    public Builder add(Retriever retriever, double weight, int depth) {
      Objects.requireNonNull(retriever, "retriever");
      if (!(weight > 0) || !Double.isFinite(weight)) {
        throw new IllegalArgumentException("weight must be finite and > 0, not " + weight);
      }
      if (depth < 1) {
        throw new IllegalArgumentException("depth must be >= 1, not " + depth);
      }
      parts.add(new Part(retriever, weight, depth));
      return this;
    }

    /** What is added to each rank, ≥ 0; 60 by default, as in the paper. Greater is flatter. */
    public Builder rankConstant(int newRankConstant) {
      if (newRankConstant < 0) {
        throw new IllegalArgumentException("rankConstant must be >= 0, not " + newRankConstant);
      }
      rankConstant = newRankConstant;
      return this;
    }

    /**
     * Builds the retriever.
     *
     * @throws IllegalStateException if there is no retriever to join
     */
    public HybridRetriever build() {
      if (parts.isEmpty()) {
        throw new IllegalStateException(
            "a hybrid retriever needs at least one retriever: supply it with Builder.add");
      }
      return new HybridRetriever(this);
    }
  }
}
