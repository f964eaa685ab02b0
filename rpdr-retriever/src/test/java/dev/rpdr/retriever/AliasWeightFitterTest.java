package dev.rpdr.retriever;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.tuple;

import dev.rpdr.Entity;
import dev.rpdr.KnowledgeBase;
import dev.rpdr.LabelledMention;
import dev.rpdr.Mention;
import dev.rpdr.RankSummary;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AliasWeightFitterTest {
  private static final KnowledgeBase KB =
      KnowledgeBase.of(List.of(Entity.of("1", "alpha beta"), Entity.of("2", "gamma delta")));

  private static final AliasedRetriever RETRIEVER =
      TfIdfRetriever.build(KB, TextAnalysis.word())
          .withAliases(
              WeightedNames.of(
                  KnowledgeBase.of(
                      List.of(Entity.of("1", "epsilon zeta"), Entity.of("2", "eta theta")))));

  private static final List<LabelledMention> ROWS =
      List.of(
          LabelledMention.of("alpha eta theta", "2"),
          LabelledMention.of("gamma delta epsilon zeta", "2"),
          LabelledMention.of("epsilon", "1"));

  @Test
  void theSmallestOfTheBestWeightsIsChosen() {
    // all eight words weigh the same, so cosines are counts: in the first row 1 scores 1 and 2
    // scores 2 · weight, in the second 2 scores 2 and 1 scores 2 · weight, over the same norms
    AliasWeightFit fit = AliasWeightFitter.of(List.of(1.0, .3, .5, .55, .9)).fit(RETRIEVER, ROWS);

    // at .5 the first row ties, and at 1 the second: then the lower id stands first
    assertThat(fit.tried())
        .extracting(AliasWeightFit.Tried::weight, tried -> tried.aliased().at1())
        .containsExactly(
            tuple(.3, 2 / 3.0),
            tuple(.5, 2 / 3.0),
            tuple(.55, 1.0),
            tuple(.9, 1.0),
            tuple(1.0, 2 / 3.0));
    assertThat(fit.weight()).isEqualTo(.55);
    assertThat(fit.aliased()).isEqualTo(new RankSummary(3, 1, 1, 1));
    assertThat(fit.namesAlone().at1()).isEqualTo(1 / 3.0);
  }

  @Test
  void figuresAreThoseOfTheRetrieverItself() {
    AliasWeightFit fit = AliasWeightFitter.defaults().fit(RETRIEVER, ROWS);

    assertThat(fit.tried()).hasSize(11);
    for (AliasWeightFit.Tried tried : fit.tried()) {
      List<Mention> mentions = ROWS.stream().map(LabelledMention::mention).toList();
      int[] ranks = new int[ROWS.size()];
      for (int i = 0; i < ranks.length; i++) {
        ranks[i] =
            ROWS.get(i)
                .gold()
                .rankIn(
                    RETRIEVER.withWeight(tried.weight()).retrieveAll(mentions, 10).get(i).ids());
      }
      assertThat(tried.aliased()).isEqualTo(RankSummary.of(ranks));
    }
    assertThat(AliasWeightFitter.defaults().fit(RETRIEVER.withWeight(.1), ROWS)).isEqualTo(fit);
  }

  @Test
  void whatWasFoundIsTold() {
    AliasWeightFit fit = AliasWeightFitter.of(List.of(.3, .9)).fit(RETRIEVER, ROWS);

    assertThat(fit.summary())
        .isEqualTo(
            "weight 0.9 fitted on 3 rows: there 1.0000 / 1.0000 (names alone 0.3333 / 0.3333);"
                + " by weight: 0.3: 0.6667 / 1.0000; 0.9: 1.0000 / 1.0000");
    assertThat(fit.provenance().facts())
        .contains(
            entry("rows", "3"),
            entry("acc", "1.0000 / 1.0000"),
            entry("acc.names-alone", "0.3333 / 0.3333"),
            entry("weight.0.3", "acc 0.6667 / 1.0000"));
  }

  @Test
  void nothingToFitOnAndNothingToTryAreRefused() {
    List<Double> none = new ArrayList<>();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> AliasWeightFitter.defaults().fit(RETRIEVER, List.of()))
        .withMessageContaining("there are no rows with gold");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AliasWeightFitter.of(none))
        .withMessage("weights must hold at least one weight");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AliasWeightFitter.of(List.of(.5, 1.5)))
        .withMessageEndingWith("not 1.5");
  }
}
