package dev.rpdr.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rpdr.ModelException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lists of texts as tokens, and the scores of a model that says each token's id. */
class ListScorerTest {
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

  private List<ListSequence> encode(int maxTokens, String text, String... others) {
    ModelFiles files = TinyModel.tokenScorer().in(folder);
    try (TextTokenizer tokenizer = TextTokenizer.open(files, maxTokens)) {
      return ListTokenizer.of(tokenizer)
          .encodeAll(List.of(new TextList(text, List.of(others))))
          .get(0);
    }
  }

  @Test
  void aListIsOneSequenceWithASeparatorAfterEachText() {
    List<ListSequence> sequences = encode(32, "w0 w1", "w2", "w3 w4 w5");

    // wN is N + 4, [CLS] 1, [SEP] 2
    assertThat(sequences).hasSize(1);
    ListSequence sequence = sequences.get(0);
    assertThat(sequence.tokens().ids()).containsExactly(1, 4, 5, 2, 6, 2, 7, 8, 9, 2);
    assertThat(sequence.tokens().typeIds()).containsExactly(0, 0, 0, 0, 1, 1, 1, 1, 1, 1);
    assertThat(sequence.spans())
        .containsExactly(new ListSequence.Span(0, 4, 6), new ListSequence.Span(1, 6, 10));
  }

  @Test
  void aListThatDoesNotFitIsSpreadEvenlyOverSequences() {
    String[] others = IntStream.range(0, 7).mapToObj(i -> "w" + i + " w0").toArray(String[]::new);

    List<ListSequence> sequences = encode(12, "w9", others);

    // [CLS] w9 [SEP] leaves room for 9 tokens, three names of 3: 7 names need 3 sequences
    assertThat(sequences).extracting(one -> one.spans().size()).containsExactly(2, 2, 3);
    assertThat(sequences).allMatch(one -> one.tokens().length() <= 12);
    assertThat(sequences).allMatch(one -> one.tokens().ids()[1] == 13);
    List<Integer> all = new ArrayList<>();
    sequences.forEach(one -> one.spans().forEach(span -> all.add(span.other())));
    assertThat(all).containsExactly(0, 1, 2, 3, 4, 5, 6);
  }

  @Test
  void textsThatCannotFitAreCut() {
    List<ListSequence> sequences = encode(8, "w1 ".repeat(9), "w2 ".repeat(9), "");

    // the text has (8 - 2) / 2 tokens at most, which leaves 3 for a name and its separator
    assertThat(sequences).hasSize(2);
    assertThat(sequences.get(0).tokens().ids()).containsExactly(1, 5, 5, 5, 2, 6, 6, 2);
    assertThat(sequences.get(1).tokens().ids()).containsExactly(1, 5, 5, 5, 2, 2);
    assertThat(sequences.get(1).spans()).containsExactly(new ListSequence.Span(1, 5, 6));
  }

  @Test
  void aTextsScoreIsTheMeanOverItsTokens() {
    ModelFiles files = TinyModel.tokenScorer().in(folder);
    RunOptions run = RunOptions.defaults().withThreads(2).withTokenBudget(40);
    List<TextList> lists = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      lists.add(new TextList("w" + i % 10, List.of("w1", "w2 w3", "w" + i % 7 + " w0 w0")));
    }
    lists.add(new TextList("w0", List.of()));
    try (ListScorer scorer = ListScorer.open(files, 12, run)) {
      List<float[]> scores = scorer.score(lists);

      assertThat(scores).hasSize(51);
      for (int i = 0; i < 50; i++) {
        assertThat(scores.get(i))
            .containsExactly((5 + 2) / 2f, (6 + 7 + 2) / 3f, (i % 7 + 4 + 4 + 4 + 2) / 4f);
      }
      assertThat(scores.get(50)).isEmpty();
      assertThat(scorer.provenance().facts()).containsEntry("max-tokens", "12");
    }
  }

  @Test
  void aClosedScorerSaysSo() {
    ListScorer scorer =
        ListScorer.open(TinyModel.tokenScorer().in(folder), 16, RunOptions.defaults());
    scorer.close();
    scorer.close();

    assertThatThrownBy(() -> scorer.score(List.of(new TextList("w0", List.of("w1")))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void aGraphWithAnotherOutputIsRefused() {
    ModelFiles files = TinyModel.scorer("score", true).in(folder);

    assertThatThrownBy(() -> ListScorer.open(files, 16, RunOptions.defaults()))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("scores no lists")
        .hasMessageContaining("token_score [batch, sequence]")
        .hasMessageContaining("score FLOAT");
  }

  @Test
  void spansThatCannotBeAreRefused() {
    TokenSequence tokens = TokenSequence.of(new long[3], new long[3]);

    assertThatThrownBy(() -> new ListSequence.Span(0, 2, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("from < to, not 0, 2, 2");
    assertThatThrownBy(() -> new ListSequence(tokens, List.of(new ListSequence.Span(0, 2, 4))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("after the 3 tokens");
  }
}
