package dev.rpdr.retriever;

import dev.rpdr.Candidate;
import dev.rpdr.CandidateList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The k best entities of a mention by the knowledge base's names, and the k best by further names,
 * both with their similarities. The k best by both together are among them, whatever the weight.
 *
 * @param byNames by the knowledge base's own names
 * @param byAliases by further names, not weighted
 */
record FoundBoth(CandidateList byNames, CandidateList byAliases) {
  private static final Comparator<Candidate> BEST_FIRST =
      Comparator.comparingDouble(Candidate::score).reversed().thenComparing(Candidate::id);

  /** The k best by both: an entity scores the greater of its similarity and weight × the other. */
  CandidateList joined(double weight, int k) {
    Map<String, Candidate> best = new TreeMap<>();
    for (Candidate candidate : byNames.candidates()) {
      best.put(candidate.id(), candidate);
    }
    for (Candidate candidate : byAliases.candidates()) {
      Candidate weighted = new Candidate(candidate.entity(), weight * candidate.score());
      best.merge(candidate.id(), weighted, (a, b) -> b.score() > a.score() ? b : a);
    }
    List<Candidate> joined = best.values().stream().sorted(BEST_FIRST).limit(k).toList();
    return new CandidateList(byNames.mention(), joined);
  }
}
