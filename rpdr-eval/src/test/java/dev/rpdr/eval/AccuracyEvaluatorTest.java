package dev.rpdr.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rpdr.Dataset;
import dev.rpdr.Evaluation;
import dev.rpdr.Evaluation.Accuracy;
import dev.rpdr.Evaluation.Judgement;
import dev.rpdr.Evaluation.Slice;
import dev.rpdr.LabelledMention;
import dev.rpdr.Ranking;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AccuracyEvaluatorTest {
  private static final AccuracyEvaluator EVALUATOR = AccuracyEvaluator.builder().build();

  @Test
  void countsHitsWithinK() {
    Evaluation evaluation = Samples.evaluation(EVALUATOR, 1, 1, 2, 5, 6, 10, 0, 0);
    assertThat(evaluation.all().n()).isEqualTo(8);
    assertThat(evaluation.accuracyAt(1)).isEqualTo(2 / 8.0);
    assertThat(evaluation.accuracyAt(5)).isEqualTo(4 / 8.0);
    assertThat(evaluation.accuracyAt(10)).isEqualTo(6 / 8.0);
    assertThat(evaluation.all().ceiling()).isEqualTo(6 / 8.0);
    assertThat(evaluation.slices()).isEmpty();
    assertThat(evaluation.judgements())
        .extracting(Judgement::rank)
        .containsExactly(1, 1, 2, 5, 6, 10, 0, 0);
  }

  @Test
  void theCeilingIsThatOfTheRequestNotOfTheRanking() {
    LabelledMention labelled = LabelledMention.of("pain", "x");
    Judgement leftOut = EVALUATOR.judge(labelled, Samples.ranking("pain", List.of("a"), "x"));
    assertThat(leftOut.rank()).isZero();
    assertThat(leftOut.reachable()).isTrue();
    Judgement abstained =
        EVALUATOR.judge(
            labelled, Ranking.abstained(Samples.ranking("pain", "a", "x").request(), "unsure"));
    assertThat(abstained.rank()).isZero();
    assertThat(abstained.reachable()).isTrue();
    assertThat(EVALUATOR.judge(labelled, Samples.ranking("pain", "a")).reachable()).isFalse();
  }

  @Test
  void theGoldRuleDecidesCompositeMentions() {
    LabelledMention composite =
        Samples.labelled("breast and ovarian cancer", List.of(Set.of("b"), Set.of("o")));
    Ranking ranking = Samples.ranking("breast and ovarian cancer", "b", "x", "o");
    AccuracyEvaluator strict = AccuracyEvaluator.builder().goldRule(GoldRule.STRICT).build();
    assertThat(EVALUATOR.judge(composite, ranking).rank()).isEqualTo(1);
    assertThat(strict.judge(composite, ranking).rank()).isEqualTo(3);
    Ranking half = Samples.ranking("breast and ovarian cancer", "b", "x");
    assertThat(EVALUATOR.judge(composite, half).reachable()).isTrue();
    assertThat(strict.judge(composite, half).reachable()).isFalse();
  }

  @Test
  void tellsSeenFromUnseenIgnoringCaseAndSurroundingSpace() {
    AccuracyEvaluator evaluator =
        AccuracyEvaluator.builder()
            .seenTexts(List.of(" M0 ", "m2", "elsewhere"))
            .slice("odd", labelled -> labelled.mention().text().matches("m[13579]"))
            .build();
    Evaluation evaluation = Samples.evaluation(evaluator, 1, 1, 3, 0, 1);
    Slice seen = evaluation.slice(AccuracyEvaluator.SEEN).orElseThrow();
    Slice unseen = evaluation.slice(AccuracyEvaluator.UNSEEN).orElseThrow();
    Slice odd = evaluation.slice("odd").orElseThrow();
    assertThat(seen.n()).isEqualTo(2);
    assertThat(seen.accuracyAt(1).value()).isEqualTo(1 / 2.0);
    assertThat(seen.ceiling()).isEqualTo(1);
    assertThat(unseen.n()).isEqualTo(3);
    assertThat(unseen.accuracyAt(1).value()).isEqualTo(2 / 3.0);
    assertThat(unseen.ceiling()).isEqualTo(2 / 3.0);
    assertThat(odd.accuracyAt(1).value()).isEqualTo(1 / 2.0);
  }

  @Test
  void aSliceWithoutMentionsIsZero() {
    AccuracyEvaluator evaluator = AccuracyEvaluator.builder().seenTexts(List.of()).build();
    Slice seen = Samples.evaluation(evaluator, 1, 2).slice(AccuracyEvaluator.SEEN).orElseThrow();
    assertThat(seen.n()).isZero();
    assertThat(seen.accuracyAt(1)).isEqualTo(new Accuracy(0, 0, 0));
  }

  @Test
  void accuracyNeverFallsWithKNorExceedsTheCeilingAndLiesInItsInterval() {
    Random random = new Random(7);
    AccuracyEvaluator evaluator = AccuracyEvaluator.builder().ks(3, 1, 2, 7, 10, 3).build();
    for (int trial = 0; trial < 50; trial++) {
      int[] places = random.ints(1 + random.nextInt(60), 0, 11).toArray();
      Slice all = Samples.evaluation(evaluator, places).all();
      assertThat(all.accuracy().keySet()).containsExactly(1, 2, 3, 7, 10);
      double last = 0;
      for (Accuracy accuracy : all.accuracy().values()) {
        assertThat(accuracy.value()).isBetween(last, all.ceiling());
        assertThat(accuracy.low()).isBetween(0.0, accuracy.value());
        assertThat(accuracy.high()).isBetween(accuracy.value(), 1.0);
        last = accuracy.value();
      }
    }
  }

  @Test
  void theOrderOfTheMentionsDoesNotMatter() {
    List<Integer> places = new ArrayList<>(List.of(1, 1, 2, 5, 6, 10, 0, 0, 1, 3, 1, 0));
    Evaluation before = evaluate(places);
    Collections.shuffle(places, new Random(1));
    assertThat(evaluate(places).all()).isEqualTo(before.all());
  }

  @Test
  void intervalsAreWhatTheBinomialDistributionSays() {
    int[] places = new int[400];
    for (int i = 0; i < 280; i++) {
      places[i] = 1;
    }
    AccuracyEvaluator evaluator = AccuracyEvaluator.builder().resamples(4000).build();
    Accuracy accuracy = Samples.evaluation(evaluator, places).all().accuracyAt(1);
    // sqrt(.7 * .3 / 400) * 1.96 = .0449
    assertThat(accuracy.value()).isEqualTo(0.7);
    assertThat(accuracy.low()).isCloseTo(0.6551, within(0.004));
    assertThat(accuracy.high()).isCloseTo(0.7449, within(0.004));
  }

  @Test
  void textsThatRepeatWidenTheIntervalOnlyWhenTheyAreDrawnTogether() {
    List<LabelledMention> mentions = new ArrayList<>();
    List<Ranking> rankings = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      String text = (i % 2 == 0 ? "Text " : "text ") + i / 4;
      mentions.add(LabelledMention.of(text, "x"));
      rankings.add(Samples.ranking(text, i / 4 < 70 ? "x" : "a"));
    }
    Dataset fourOfEach = new Dataset("four of each", mentions);
    Accuracy single = EVALUATOR.evaluate(fourOfEach, rankings).all().accuracyAt(1);
    AccuracyEvaluator.Builder builder = AccuracyEvaluator.builder().resampling(Resampling.TEXTS);
    Accuracy together = builder.build().evaluate(fourOfEach, rankings).all().accuracyAt(1);
    assertThat(together.value()).isEqualTo(single.value()).isEqualTo(0.7);
    // sqrt(.7 * .3 / n) * 1.96 is .045 for 400 mentions and .090 for 100 texts
    assertThat(single.high() - single.low()).isCloseTo(.090, within(.01));
    assertThat(together.high() - together.low()).isCloseTo(.180, within(.02));
  }

  @Test
  void theSeedDecidesTheInterval() {
    int[] places = new Random(3).ints(97, 0, 3).toArray();
    Evaluation once = Samples.evaluation(AccuracyEvaluator.builder().seed(5).build(), places);
    Evaluation again = Samples.evaluation(AccuracyEvaluator.builder().seed(5).build(), places);
    assertThat(again).isEqualTo(once);
    assertThat(
            List.of(6L, 7L, 8L, 9L).stream()
                .map(s -> AccuracyEvaluator.builder().seed(s).build())
                .map(e -> Samples.evaluation(e, places).all().accuracyAt(1)))
        .anyMatch(accuracy -> !accuracy.equals(once.all().accuracyAt(1)))
        .allMatch(accuracy -> accuracy.value() == once.accuracyAt(1));
  }

  @Test
  void saysWhatItWasSetTo() {
    assertThat(
            AccuracyEvaluator.builder()
                .ks(5, 1)
                .seenTexts(List.of("a"))
                .build()
                .provenance()
                .facts())
        .containsEntry("evaluator.k", "[1, 5]")
        .containsEntry("evaluator.gold-rule", "LENIENT")
        .containsEntry("evaluator.resamples", "1000")
        .containsEntry("evaluator.resampling", "MENTIONS")
        .containsEntry("evaluator.seed", "42")
        .containsEntry("evaluator.seen-texts", "1");
  }

  @Test
  void refusesRankingsThatDoNotBelongToTheDataset() {
    Dataset dataset = new Dataset("dev", List.of(LabelledMention.of("pain", "x")));
    assertThatThrownBy(() -> EVALUATOR.evaluate(new Dataset("dev", List.of()), List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("dataset 'dev' holds no mentions");
    assertThatThrownBy(() -> EVALUATOR.evaluate(dataset, List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("0 rankings for 1 mentions of dataset 'dev'; one a mention is needed");
    assertThatThrownBy(() -> EVALUATOR.evaluate(dataset, List.of(Samples.ranking("ache", "x"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the ranking is for mention 'ache', but gold is for 'pain'");
  }

  @Test
  void refusesSettingsOutOfRange() {
    AccuracyEvaluator.Builder builder = AccuracyEvaluator.builder();
    assertThatThrownBy(builder::ks).hasMessageContaining("not []");
    assertThatThrownBy(() -> builder.ks(5, 0)).hasMessageContaining("not [5, 0]");
    assertThatThrownBy(() -> builder.resamples(99)).hasMessage("resamples must be >= 100, not 99");
    builder.slice("short", labelled -> true);
    assertThatThrownBy(() -> builder.slice("short", labelled -> true))
        .hasMessageContaining("[short], but it is 'short'");
    assertThatThrownBy(() -> builder.slice("all", labelled -> true))
        .hasMessageContaining("but it is 'all'");
  }

  private static Evaluation evaluate(List<Integer> places) {
    return Samples.evaluation(EVALUATOR, places.stream().mapToInt(i -> i).toArray());
  }
}
