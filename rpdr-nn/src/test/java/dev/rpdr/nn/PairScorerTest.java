package dev.rpdr.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.rpdr.ModelException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PairScorerTest {
  private static final int MAX_TOKENS = 16;

  @TempDir Path folder;

  private int openBefore;

  @BeforeEach
  void count() {
    openBefore = OpenHandles.count();
  }

  @AfterEach
  void nothingStaysOpen() {
    assertThat(OpenHandles.count()).isEqualTo(openBefore);
  }

  @ParameterizedTest
  @CsvSource({"score, true", "score, false", "logits, true", "logits, false"})
  void scoresComeInThePairsOrder(String output, boolean column) {
    ModelFiles files = TinyModel.scorer(output, column).in(folder);
    RunOptions run = RunOptions.defaults().withThreads(2).withTokenBudget(40);
    List<TextPair> pairs = new ArrayList<>();
    List<Float> expected = new ArrayList<>();
    IntStream.range(0, 100)
        .forEach(
            i -> {
              // [CLS] 1 first [SEP] 2 second [SEP] 2, and wN is N + 4
              pairs.add(new TextPair("w" + i % 10, "w1 ".repeat(i % 4) + "w0"));
              expected.add(5f + (i % 10 + 4) + 5 * (i % 4) + 4);
            });
    List<Long> heard = new ArrayList<>();
    try (PairScorer scorer = PairScorer.open(files, MAX_TOKENS, run)) {
      float[] scores = scorer.score(pairs, (stage, done, total, message) -> heard.add(done));
      assertThat(scores).hasSize(100);
      for (int i = 0; i < scores.length; i++) {
        assertThat(scores[i]).isEqualTo(expected.get(i));
      }
      assertThat(heard).isSorted().endsWith(100L);
      assertThat(scorer.score(List.of())).isEmpty();
      assertThat(scorer.provenance().facts())
          .containsEntry("device", "cpu")
          .containsEntry("model.sha256", files.onnxSha256());
    }
  }

  @Test
  void anEncoderIsNoScorer() {
    assertRefused(
        TinyModel.encoder(TinyModel.TOKEN_INPUTS, TinyModel.VOCABULARY).in(folder),
        "is no cross-encoder",
        "last_hidden_state FLOAT [?, ?, 4]");
  }

  @Test
  void aClassifierOfSeveralClassesIsNoScorer() {
    ModelFiles files =
        TinyModel.pooling()
            .withoutOutputs()
            .outputAlso("sentence_embedding", "logits", DataType.FLOAT, -1, 4)
            .in(folder);
    assertRefused(files, "is no cross-encoder", "logits FLOAT [?, 4]");
  }

  @Test
  void aClosedScorerSaysSo() {
    PairScorer scorer = PairScorer.open(TinyModel.scorer("score", true).in(folder), MAX_TOKENS);
    scorer.close();
    scorer.close();
    assertThatThrownBy(() -> scorer.score(List.of(new TextPair("w0", "w1"))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("the scorer")
        .hasMessageContaining("is closed");
  }

  private static void assertRefused(ModelFiles files, String... parts) {
    assertThatThrownBy(() -> PairScorer.open(files, MAX_TOKENS))
        .isInstanceOf(ModelException.class)
        .hasMessageContainingAll(parts);
  }
}
