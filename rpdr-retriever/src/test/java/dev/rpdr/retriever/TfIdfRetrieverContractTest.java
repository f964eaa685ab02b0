package dev.rpdr.retriever;

import dev.rpdr.KnowledgeBase;
import dev.rpdr.Retriever;
import dev.rpdr.testkit.RetrieverContract;
import org.junit.jupiter.api.Nested;

class TfIdfRetrieverContractTest {
  @Nested
  class Words implements Contract {
    @Override
    public TextAnalysis analysis() {
      return TextAnalysis.word();
    }
  }

  @Nested
  class CaseSensitiveWords implements Contract {
    @Override
    public TextAnalysis analysis() {
      return TextAnalysis.word().caseSensitive();
    }
  }

  @Nested
  class GramsWithinWords implements Contract {
    @Override
    public TextAnalysis analysis() {
      return TextAnalysis.charWordBoundary(3, 5);
    }
  }

  @Nested
  class GramsOfTheText implements Contract {
    @Override
    public TextAnalysis analysis() {
      return TextAnalysis.chars(1, 2);
    }
  }

  interface Contract extends RetrieverContract {
    TextAnalysis analysis();

    @Override
    default Retriever retriever(KnowledgeBase knowledgeBase) {
      return TfIdfRetriever.build(knowledgeBase, analysis());
    }

    @Override
    default boolean alwaysFillsK() {
      return false;
    }
  }
}
