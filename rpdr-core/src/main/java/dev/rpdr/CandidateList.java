package dev.rpdr;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The candidates of a mention: what a retriever answers and a re-ranker is asked.
 *
 * @param mention the mention
 * @param candidates best first, copied; no entity stands twice; may be empty
 */
public record CandidateList(Mention mention, List<Candidate> candidates) {
  public CandidateList {
    Objects.requireNonNull(mention, "mention");
    candidates = List.copyOf(candidates);
    index(mention, candidates);
  }

  /** A list of entities without scores of their own: each scores the negative of its place. */
  public static CandidateList of(Mention mention, List<Entity> entities) {
    Candidate[] candidates = new Candidate[entities.size()];
    for (int i = 0; i < candidates.length; i++) {
      candidates[i] = new Candidate(entities.get(i), -i);
    }
    return new CandidateList(mention, List.of(candidates));
  }

  /** How many candidates there are. */
  public int size() {
    return candidates.size();
  }

  /** The entity at a place, 0 being the best. */
  public Entity entity(int place) {
    return candidates.get(place).entity();
  }

  /** The ids, best first. */
  public List<String> ids() {
    return candidates.stream().map(Candidate::id).toList();
  }

  /** The first {@code k} candidates, or all where there are fewer; k ≥ 0. */
  public CandidateList top(int k) {
    if (k < 0) {
      throw new IllegalArgumentException("k must be >= 0, not " + k);
    }
    return k >= size() ? this : new CandidateList(mention, candidates.subList(0, k));
  }

  /** From each id to its place, 0 being the best. */
  public Map<String, Integer> places() {
    return index(mention, candidates);
  }

  private static Map<String, Integer> index(Mention mention, List<Candidate> candidates) {
    Map<String, Integer> places = new HashMap<>(candidates.size() * 2);
    for (Candidate candidate : candidates) {
      if (places.put(candidate.id(), places.size()) != null) {
        throw new IllegalArgumentException(
            "entity '"
                + candidate.id()
                + "' stands twice among the candidates of '"
                + mention.text()
                + "'");
      }
    }
    return places;
  }
}
