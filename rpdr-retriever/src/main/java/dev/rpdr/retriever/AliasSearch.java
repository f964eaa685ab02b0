package dev.rpdr.retriever;

import dev.rpdr.Mention;
import dev.rpdr.Provenance;
import java.util.List;

/** Searches a knowledge base's names and further names, each for itself. Thread-safe. */
interface AliasSearch extends AutoCloseable {
  /** What is found of each mention, in their order; k ≥ 1. */
  List<FoundBoth> find(List<Mention> mentions, int k);

  /** What is searched and how, without the weight. */
  Provenance provenance();

  @Override
  void close();
}
