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
  private final NamedEntities names;
  private final InvertedIndex index;

  private TfIdfRetriever(KnowledgeBase knowledgeBase, TextAnalysis analysis) {
    this.knowledgeBase = Objects.requireNonNull(knowledgeBase, "knowledgeBase");
    this.analysis = Objects.requireNonNull(analysis, "analysis");
    names = NamedEntities.own(knowledgeBase);
    index = InvertedIndex.of(knowledgeBase.nameCount(), knowledgeBase::name, analysis);
  }

  /** Indexes all names of a knowledge base; some 100,000 names a second. */
  public static TfIdfRetriever build(KnowledgeBase knowledgeBase, TextAnalysis analysis) {
    return new TfIdfRetriever(knowledgeBase, analysis);
  }

  /**
   * A retriever that knows further names besides. All names are indexed anew, since terms are
   * counted over all of them: scores of the knowledge base's own names change a little.
   *
   * @throws IllegalArgumentException if a further name is of an entity that the knowledge base
   *     lacks
   */
  public AliasedRetriever withAliases(WeightedNames aliases) {
    return new AliasedRetriever(
        new TfIdfAliases(knowledgeBase, aliases, analysis, provenance()), aliases.weight());
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
      lists.add(names.best(mention, scores, 0, k));
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

  @Override
  public String toString() {
    return "TfIdfRetriever[" + analysis + ", " + index.termCount() + " terms]";
  }
}
