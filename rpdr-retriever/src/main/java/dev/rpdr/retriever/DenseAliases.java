package dev.rpdr.retriever;

import dev.rpdr.CandidateList;
import dev.rpdr.Mention;
import dev.rpdr.Provenance;
import java.util.ArrayList;
import java.util.List;

/**
 * Vectors of own names, which are another's, and of further names, which are closed here. A mention
 * is encoded once for both.
 */
record DenseAliases(
    EntitySearch own, EntitySearch further, MentionEncoder mentions, Provenance provenance)
    implements AliasSearch {
  @Override
  public List<FoundBoth> find(List<Mention> asked, int k) {
    List<float[]> queries = mentions.encode(asked);
    List<CandidateList> byNames = own.nearest(asked, queries, k);
    List<CandidateList> byAliases = further.nearest(asked, queries, k);
    List<FoundBoth> found = new ArrayList<>(asked.size());
    for (int i = 0; i < byNames.size(); i++) {
      found.add(new FoundBoth(byNames.get(i), byAliases.get(i)));
    }
    return found;
  }

  @Override
  public void close() {
    further.search().close();
  }
}
