package dev.rpdr.retriever;

import dev.rpdr.CandidateList;
import dev.rpdr.KnowledgeBase;
import dev.rpdr.Mention;
import dev.rpdr.Provenance;
import dev.rpdr.Retriever;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Retrieves by the cosine of TF-IDF vectors (Salton and Buckley 1988, with the smoothing and the
 * defaults of scikit-learn's {@code TfidfVectorizer}) between the mention's text and all names of
 * the knowledge base. An entity scores as its best name does, in (0, 1]; entities that share no
 * term with the mention are not retrieved. A mention's context is not used.
 *
 * <p>Exact: inverted lists of all names are summed up, nothing is pruned. A query costs as many
 * additions as its terms have occurrences, and 8 bytes a name. Immutable and thread-safe.
 */
public final class TfIdfRetriever implements Retriever {
  private final KnowledgeBase knowledgeBase;
  private final TextAnalysis analysis;
  private final InvertedIndex index;

  private TfIdfRetriever(KnowledgeBase knowledgeBase, TextAnalysis analysis) {
    this.knowledgeBase = Objects.requireNonNull(knowledgeBase, "knowledgeBase");
    this.analysis = Objects.requireNonNull(analysis, "analysis");
    index = InvertedIndex.of(knowledgeBase.nameCount(), knowledgeBase::name, analysis);
  }

  /** Indexes all names of a knowledge base; some 100,000 names a second. */
  public static TfIdfRetriever build(KnowledgeBase knowledgeBase, TextAnalysis analysis) {
    return new TfIdfRetriever(knowledgeBase, analysis);
  }

  @Override
  public CandidateList retrieve(Mention mention, int k) {
    return retrieveAll(List.of(mention), k).get(0);
  }

  @Override
  public List<CandidateList> retrieveAll(List<Mention> mentions, int k) {
    BestEntities.checkK(k);
    double[] scores = new double[knowledgeBase.nameCount()];
    List<CandidateList> lists = new ArrayList<>(mentions.size());
    for (Mention mention : mentions) {
      Arrays.fill(scores, 0);
      index.addCosines(mention.text(), scores);
      lists.add(best(mention, scores, k));
    }
    return lists;
  }

  /** What was indexed and how. */
  public Provenance provenance() {
    return Provenance.none()
        .with("retriever", "tf-idf")
        .with("analysis", analysis)
        .with("knowledge-base.sha256", knowledgeBase.fingerprint());
  }

  private CandidateList best(Mention mention, double[] scores, int k) {
    BestEntities best = new BestEntities(k, knowledgeBase.size());
    int name = 0;
    for (int entity = 0; entity < knowledgeBase.size(); entity++) {
      int end =
          entity + 1 < knowledgeBase.size()
              ? knowledgeBase.firstNameOf(entity + 1)
              : knowledgeBase.nameCount();
      double score = 0;
      for (; name < end; name++) {
        score = Math.max(score, scores[name]);
      }
      if (score > 0) {
        best.offer(entity, score);
      }
    }
    return best.drain(mention, knowledgeBase);
  }

  @Override
  public String toString() {
    return "TfIdfRetriever[" + analysis + ", " + index.termCount() + " terms]";
  }
}
