package dev.rpdr.testkit;

import dev.rpdr.Candidate;
import dev.rpdr.CandidateList;
import dev.rpdr.Entity;
import dev.rpdr.KnowledgeBase;
import dev.rpdr.Mention;
import dev.rpdr.Retriever;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** A small retriever that keeps its promises: Jaccard similarity of character bigrams. */
record BigramRetriever(KnowledgeBase knowledgeBase) implements Retriever {
  @Override
  public CandidateList retrieve(Mention mention, int k) {
    if (k < 1) {
      throw new IllegalArgumentException("k must be >= 1, not " + k);
    }
    List<Candidate> all = new ArrayList<>();
    for (int i = 0; i < knowledgeBase.size(); i++) {
      Entity entity = knowledgeBase.entity(i);
      double best =
          entity.names().stream().mapToDouble(n -> similarity(n, mention.text())).max().orElse(0);
      all.add(new Candidate(entity, best));
    }
    all.sort(Comparator.comparingDouble(Candidate::score).reversed().thenComparing(Candidate::id));
    return new CandidateList(mention, all).top(k);
  }

  static double similarity(String a, String b) {
    Set<String> both = bigrams(a);
    Set<String> either = bigrams(b);
    int sum = both.size() + either.size();
    both.retainAll(either);
    return (double) both.size() / (sum - both.size());
  }

  private static Set<String> bigrams(String text) {
    String padded = "^" + text.toLowerCase(Locale.ROOT) + "$";
    Set<String> bigrams = new HashSet<>();
    for (int i = 1; i < padded.length(); i++) {
      bigrams.add(padded.substring(i - 1, i + 1));
    }
    return bigrams;
  }
}
