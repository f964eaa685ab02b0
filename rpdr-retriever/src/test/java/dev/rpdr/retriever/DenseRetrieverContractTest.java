package dev.rpdr.retriever;

import dev.rpdr.KnowledgeBase;
import dev.rpdr.ProgressListener;
import dev.rpdr.Retriever;
import dev.rpdr.nn.EncoderOptions;
import dev.rpdr.nn.ModelFiles;
import dev.rpdr.nn.TextEncoder;
import dev.rpdr.testkit.ContractData;
import dev.rpdr.testkit.RetrieverContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class DenseRetrieverContractTest implements RetrieverContract {
  private static TextEncoder encoder;
  private static DenseRetriever retriever;

  @BeforeAll
  static void build() {
    encoder = TextEncoder.open(ModelFiles.maven("all-minilm-l6-v2"), EncoderOptions.mean());
    retriever =
        DenseRetriever.build(ContractData.knowledgeBase(), encoder, ProgressListener.SILENT);
  }

  @AfterAll
  static void close() {
    retriever.close();
    encoder.close();
  }

  @Override
  public Retriever retriever(KnowledgeBase knowledgeBase) {
    return retriever;
  }
}
