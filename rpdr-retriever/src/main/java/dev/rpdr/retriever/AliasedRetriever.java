package dev.rpdr.retriever;

import dev.rpdr.CandidateList;
import dev.rpdr.Mention;
import dev.rpdr.Provenance;
import dev.rpdr.Retriever;
import java.util.List;
import java.util.Objects;

/**
 * A retriever that finds entities by the names of the knowledge base and by further names, which
 * count less: an entity scores the greatest of the similarities of its own names and of weight ×
 * those of its further names. Made by {@link TfIdfRetriever#withAliases} and {@link
 * DenseRetriever#withAliases}. With further names a number is of another protocol than with the
 * labels alone.
 *
 * <p>As exact and as thread-safe as the retriever that it was made of. Owns the vectors of the
 * further names, where there are any, and nothing else: who opens closes, before the retriever that
 * it was made of. Closing twice is harmless.
 */
public final class AliasedRetriever implements Retriever, AutoCloseable {
  private final AliasSearch search;
  private final double weight;

  AliasedRetriever(AliasSearch search, double weight) {
    this.search = Objects.requireNonNull(search, "search");
    this.weight = WeightedNames.checkWeight(weight);
  }

  /** How much a similarity to a further name counts, above 0 up to 1. */
  public double weight() {
    return weight;
  }

  /**
   * The same names with another weight, at no cost.
   *
   * @param newWeight above 0 up to 1
   * @return a view: closing it or this closes both
   */
  public AliasedRetriever withWeight(double newWeight) {
    return new AliasedRetriever(search, newWeight);
  }

  @Override
  public CandidateList retrieve(Mention mention, int k) {
    return retrieveAll(List.of(mention), k).get(0);
  }

  @Override
  public List<CandidateList> retrieveAll(List<Mention> mentions, int k) {
    return find(mentions, k).stream().map(found -> found.joined(weight, k)).toList();
  }

  /** What is found by either kind of name, before it is weighed. */
  List<FoundBoth> find(List<Mention> mentions, int k) {
    BestEntities.checkK(k);
    return mentions.isEmpty() ? List.of() : search.find(mentions, k);
  }

  /** What was indexed and how, the further names under {@code aliases}. */
  public Provenance provenance() {
    return search.provenance().with("aliases.weight", weight);
  }

  @Override
  public void close() {
    search.close();
  }
}
