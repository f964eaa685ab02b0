package dev.rpdr.retriever;

import dev.rpdr.KnowledgeBase;
import dev.rpdr.Mention;
import dev.rpdr.Provenance;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * TF-IDF over own and further names in one index: terms are counted over all of them, so that
 * similarities of both kinds compare. Nothing native is held.
 */
final class TfIdfAliases implements AliasSearch {
  private final NamedEntities own;
  private final NamedEntities further;
  private final InvertedIndex index;
  private final Provenance provenance;

  TfIdfAliases(
      KnowledgeBase knowledgeBase,
      WeightedNames aliases,
      TextAnalysis analysis,
      Provenance provenance) {
    own = NamedEntities.own(knowledgeBase);
    further = NamedEntities.further(aliases.names(), knowledgeBase);
    int ownNames = knowledgeBase.nameCount();
    index =
        InvertedIndex.of(
            ownNames + aliases.names().nameCount(),
            n -> n < ownNames ? knowledgeBase.name(n) : aliases.names().name(n - ownNames),
            analysis);
    this.provenance = provenance.with("aliases", aliases.provenance());
  }

  @Override
  public List<FoundBoth> find(List<Mention> mentions, int k) {
    int ownNames = own.names().nameCount();
    double[] scores = new double[ownNames + further.names().nameCount()];
    List<FoundBoth> found = new ArrayList<>(mentions.size());
    for (Mention mention : mentions) {
      Arrays.fill(scores, 0);
      index.addCosines(mention.text(), scores);
      found.add(
          new FoundBoth(
              own.best(mention, scores, 0, k), further.best(mention, scores, ownNames, k)));
    }
    return found;
  }

  @Override
  public Provenance provenance() {
    return provenance;
  }

  @Override
  public void close() {}
}
