package dev.rpdr.retriever;

import dev.rpdr.KnowledgeBase;
import dev.rpdr.Retriever;
import dev.rpdr.testkit.RetrieverContract;

class HybridRetrieverContractTest implements RetrieverContract {
  @Override
  public Retriever retriever(KnowledgeBase knowledgeBase) {
    return HybridRetriever.of(
        TfIdfRetriever.build(knowledgeBase, TextAnalysis.word()),
        TfIdfRetriever.build(knowledgeBase, TextAnalysis.charWordBoundary(3, 5)));
  }

  @Override
  public boolean alwaysFillsK() {
    return false;
  }
}
