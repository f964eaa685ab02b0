package dev.rpdr.retriever;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.rpdr.CandidateList;
import dev.rpdr.Entity;
import dev.rpdr.KnowledgeBase;
import dev.rpdr.Mention;
import java.util.List;
import org.junit.jupiter.api.Test;

class TfIdfRetrieverTest {
  private static final KnowledgeBase KB =
      KnowledgeBase.of(
          List.of(
              Entity.of("D03", "Dry eye", "Keratoconjunctivitis sicca"),
              Entity.of("D01", "Eye pain"),
              Entity.of("D02", "Headache", "Head pain"),
              Entity.of("U01", "m/s"),
              Entity.of("D05", "Nausea"),
              Entity.of("D04", "Nausea")));

  @Test
  void scoresAreTheCosinesOfScikitLearnsWeights() {
    TfIdfRetriever retriever = TfIdfRetriever.build(KB, TextAnalysis.word());

    CandidateList list = retriever.retrieve(Mention.of("EYE pain pain"), 10);

    // 8 names; eye and pain stand in two of them, dry and head in one
    double common = Math.log(9 / 3.0) + 1;
    double rare = Math.log(9 / 2.0) + 1;
    assertThat(list.ids()).containsExactly("D01", "D02", "D03");
    assertThat(list.candidates().get(0).score())
        .isCloseTo(3 / Math.sqrt(10), within(1e-6)); // (1,2)·(1,1) / (√5 √2)
    assertThat(list.candidates().get(1).score())
        .isCloseTo(2 / Math.sqrt(5) * common / Math.hypot(common, rare), within(1e-6));
    assertThat(list.candidates().get(2).score())
        .isCloseTo(1 / Math.sqrt(5) * common / Math.hypot(common, rare), within(1e-6));
  }

  @Test
  void anEntityScoresAsItsBestNameDoes() {
    TfIdfRetriever retriever = TfIdfRetriever.build(KB, TextAnalysis.charWordBoundary(3, 5));

    CandidateList list = retriever.retrieve(Mention.of("keratoconjunctivitis sicca"), 1);

    assertThat(list.ids()).containsExactly("D03");
    assertThat(list.candidates().get(0).score()).isCloseTo(1, within(1e-6));
  }

  @Test
  void equalScoresStandInTheOrderOfTheirIds() {
    TfIdfRetriever retriever = TfIdfRetriever.build(KB, TextAnalysis.word());
    assertThat(retriever.retrieve(Mention.of("nausea"), 2).ids()).containsExactly("D04", "D05");
    assertThat(retriever.retrieve(Mention.of("nausea"), 1).ids()).containsExactly("D04");
  }

  @Test
  void aShortNameIsFound() {
    assertThat(retrieve(TextAnalysis.word(), "m/s")).containsExactly("U01");
    assertThat(retrieve(TextAnalysis.charWordBoundary(3, 5), "M/S")).containsExactly("U01");
    assertThat(retrieve(TextAnalysis.chars(5, 5), "m/s")).containsExactly("U01");
  }

  @Test
  void nothingSimilarGivesNothing() {
    assertThat(retrieve(TextAnalysis.word(), "zzz")).isEmpty();
    assertThat(retrieve(TextAnalysis.word(), "!")).isEmpty();
  }

  @Test
  void caseCountsWhereAskedFor() {
    assertThat(retrieve(TextAnalysis.word().caseSensitive(), "NAUSEA")).isEmpty();
    assertThat(retrieve(TextAnalysis.word().caseSensitive(), "Nausea"))
        .containsExactly("D04", "D05");
  }

  @Test
  void manyMentionsGetWhatEachGetsAlone() {
    TfIdfRetriever retriever = TfIdfRetriever.build(KB, TextAnalysis.charWordBoundary(3, 5));
    List<Mention> mentions =
        List.of(Mention.of("eye"), Mention.of("head"), Mention.of("zzz"), Mention.of("eye"));

    assertThat(retriever.retrieveAll(mentions, 3))
        .isEqualTo(mentions.stream().map(mention -> retriever.retrieve(mention, 3)).toList());
  }

  @Test
  void kBelowOneIsRefused() {
    TfIdfRetriever retriever = TfIdfRetriever.build(KB, TextAnalysis.word());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> retriever.retrieve(Mention.of("eye"), 0))
        .withMessage("k must be >= 1, not 0");
  }

  @Test
  void theProvenanceNamesTheAnalysisAndTheKnowledgeBase() {
    assertThat(TfIdfRetriever.build(KB, TextAnalysis.chars(1, 2)).provenance().facts())
        .containsEntry("analysis", "char(1,2)")
        .containsEntry("knowledge-base.sha256", KB.fingerprint());
  }

  private static List<String> retrieve(TextAnalysis analysis, String text) {
    return TfIdfRetriever.build(KB, analysis).retrieve(Mention.of(text), 10).ids();
  }
}
