package dev.rpdr.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rpdr.Dataset;
import dev.rpdr.Evaluation;
import dev.rpdr.LabelledMention;
import dev.rpdr.Ranking;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ComparisonTest {
  @Test
  void countsWhoIsRightWhere() {
    SystemResult a = Samples.system("a", 1, 1, 2, 0, 1, 3);
    SystemResult b = Samples.system("b", 1, 2, 1, 0, 4, 1);
    Comparison first = Comparison.of(a, b);
    assertThat(first).isEqualTo(new Comparison("a", "b", 1, 1, 2, 2, 1));
    assertThat(first.difference()).isZero();
    assertThat(first.pValue()).isEqualTo(1);
    assertThat(Comparison.of(a, b, 3)).isEqualTo(new Comparison("a", "b", 3, 4, 1, 0, 1));
    assertThat(Comparison.of(a.evaluation(), b.evaluation())).isEqualTo(first);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 8, 0.0390625",
    "10, 20, 0.09873714670538902",
    "45, 60, 0.17156469715424208",
    "22, 117, 7.580954667483134e-17",
    "0, 5, 0.0625",
    "3, 3, 1",
    "0, 0, 1"
  })
  void thePValueIsThatOfTheExactTest(int onlyA, int onlyB, double expected) {
    double p = new Comparison("a", "b", 1, 7, onlyA, onlyB, 9).pValue();
    double mirrored = new Comparison("a", "b", 1, 0, onlyB, onlyA, 0).pValue();
    assertThat(p).isCloseTo(expected, within(expected * 1e-9));
    assertThat(mirrored).as("of b and a").isEqualTo(p);
  }

  @Test
  void thePValueOfManyDifferencesIsNeitherNaNNorAboveOne() {
    assertThat(new Comparison("a", "b", 1, 0, 100_000, 100_000, 0).pValue()).isEqualTo(1);
    double p = new Comparison("a", "b", 1, 0, 100_000, 101_000, 0).pValue();
    // normal approximation: z = 1000 / sqrt(201000) = 2.2305, p = .0257
    assertThat(p).isCloseTo(0.0257, within(0.0003));
  }

  @Test
  void pairsByTextAndGoldWhateverTheOrder() {
    Evaluation a = evaluate(List.of("x", "y", "x"), List.of("gold", "no", "no"));
    Evaluation b = evaluate(List.of("y", "x", "x"), List.of("gold", "gold", "no"));
    assertThat(Comparison.of(a, b)).isEqualTo(new Comparison("a", "b", 1, 1, 0, 1, 1));
  }

  @Test
  void refusesOtherMentions() {
    Evaluation a = evaluate(List.of("x", "y"), List.of("gold", "no"));
    Evaluation other = evaluate(List.of("x", "z"), List.of("gold", "no"));
    Evaluation more = evaluate(List.of("x", "y", "y"), List.of("gold", "no", "no"));
    assertThatThrownBy(() -> Comparison.of(a, other))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "'a' (2 mentions) and 'b' (2 mentions) were not scored on the same mentions: 'y' with"
                + " gold [[gold]] has no partner in 'b'");
    assertThatThrownBy(() -> Comparison.of(more, a)).hasMessageContaining("no partner in 'b'");
    assertThatThrownBy(() -> Comparison.of(a, more)).hasMessageContaining("no partner in 'a'");
  }

  @Test
  void refusesCountsOutOfRange() {
    assertThatThrownBy(() -> new Comparison("a", "b", 0, 1, 1, 1, 1))
        .hasMessage("k must be >= 1, not 0");
    assertThatThrownBy(() -> new Comparison("a", "b", 1, 1, -1, 1, 1))
        .hasMessage("counts must be >= 0, not [1, -1, 1, 1]");
  }

  private static Evaluation evaluate(List<String> texts, List<String> answers) {
    List<LabelledMention> mentions =
        texts.stream().map(text -> LabelledMention.of(text, "gold")).toList();
    List<Ranking> rankings =
        IntStream.range(0, texts.size())
            .mapToObj(i -> Samples.ranking(texts.get(i), answers.get(i)))
            .toList();
    return AccuracyEvaluator.builder().build().evaluate(new Dataset("d", mentions), rankings);
  }
}
