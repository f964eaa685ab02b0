package dev.rpdr.distill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rpdr.Entity;
import dev.rpdr.KnowledgeBase;
import dev.rpdr.Ranking;
import dev.rpdr.Retriever;
import dev.rpdr.TrainingSet;
import dev.rpdr.retriever.TextAnalysis;
import dev.rpdr.retriever.TfIdfRetriever;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SynonymRankingsTest {
  private static final KnowledgeBase LABELS =
      KnowledgeBase.of(
          List.of(
              Entity.of("10", "Pain in lower limb"),
              Entity.of("20", "Haematuria"),
              Entity.of("30", "Tachycardia"),
              Entity.of("31", "Tachycardia"),
              Entity.of("40", "Fatigue"),
              Entity.of("41", "Asthenia")));
  private static final KnowledgeBase TERMS =
      KnowledgeBase.of(
          List.of(
              Entity.of(
                  "T:1", "Lower limb pain", "Leg pain", "Pain in legs (finding)", "Leg pains"),
              Entity.of("T:2", "Hematuria", "Blood in urine"),
              Entity.of("T:3", "Tachycardia", "Racing heart"),
              Entity.of("T:4", "Asthenia", "Fatigue", "Lack of strength"),
              Entity.of("T:5", "Epistaxis", "Nosebleed", "Nose bleed")));
  private static final Retriever RETRIEVER =
      TfIdfRetriever.build(LABELS, TextAnalysis.charWordBoundary(3, 5));

  private final SynonymRankings synonyms = SynonymRankings.link(LABELS, List.of(TERMS));

  @Test
  void namesOfAConceptThatBearsALabelAreWordingsOfItsEntity() {
    assertThat(synonyms.wordings("10")).containsExactly("Leg pain");
    assertThat(synonyms.wordings("20")).containsExactly("Blood in urine");
  }

  @Test
  void entitiesOfOneLabelAreTheFirstOfThem() {
    assertThat(synonyms.wordings("30")).containsExactly("Racing heart");
    assertThat(synonyms.wordings("31")).isEmpty();
  }

  @Test
  void aConceptThatBearsTwoLabelsTeachesNothing() {
    assertThat(synonyms.wordings("40")).isEmpty();
    assertThat(synonyms.wordings("41")).isEmpty();
    assertThat(synonyms.entities()).isEqualTo(3);
    assertThat(synonyms.size()).isEqualTo(3);
  }

  @Test
  void aWordingOfTwoEntitiesIsNobodys() {
    KnowledgeBase disputed =
        KnowledgeBase.of(
            List.of(
                Entity.of("T:1", "Fatigue", "Worn out", "Tired"),
                Entity.of("T:2", "Asthenia", "Worn out")));

    SynonymRankings linked = SynonymRankings.link(LABELS, List.of(disputed));

    assertThat(linked.wordings("40")).containsExactly("Tired");
    assertThat(linked.entities()).isEqualTo(1);
  }

  @Test
  void rankingsPlaceTheEntityAloneAmongWhatTheRetrieverFinds() {
    TrainingSet set = synonyms.rankings(RETRIEVER, 3, 5, 42);

    assertThat(set.size()).isEqualTo(3);
    Ranking leg =
        set.rankings().stream()
            .filter(ranking -> ranking.mention().text().equals("Leg pain"))
            .findFirst()
            .orElseThrow();
    assertThat(leg.ids()).containsExactly("10");
    assertThat(leg.request().ids()).startsWith("10").doesNotHaveDuplicates();
    assertThat(leg.request().size()).isBetween(1, 3);
    assertThat(set.provenance().toString()).contains("open synonyms", "terminologies.sha256");
  }

  @Test
  void ofManyWordingsSomeAreDrawn() {
    KnowledgeBase many =
        KnowledgeBase.of(List.of(Entity.of("T:1", "Fatigue", "Worn out", "Tired", "No energy")));
    SynonymRankings linked = SynonymRankings.link(LABELS, List.of(many));

    TrainingSet two = linked.rankings(RETRIEVER, 4, 2, 42);

    assertThat(two.size()).isEqualTo(2);
    assertThat(linked.rankings(RETRIEVER, 4, 2, 42).rankings()).isEqualTo(two.rankings());
  }

  @Test
  void aTerminologysOwnSynonymsAreMentionsOfItsNames() {
    SynonymRankings own = SynonymRankings.within(TERMS);

    assertThat(own.wordings("T:5")).containsExactly("Nosebleed", "Nose bleed");
    assertThat(own.wordings("T:1")).containsExactly("Leg pain");
  }

  @Test
  void numbersOutOfRangeAreRefused() {
    assertThatThrownBy(() -> synonyms.rankings(RETRIEVER, 1, 5, 42))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("candidates must be >= 2, not 1");
    assertThatThrownBy(() -> synonyms.rankings(RETRIEVER, 3, 0, 42))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("mostPerEntity must be >= 1, not 0");
  }

  @ParameterizedTest
  @CsvSource({
    "Pain in lower limbs, Lower limb pain",
    "Oesophageal ulcer, 'Ulcer, Esophageal'",
    "Haemorrhages, HEMORRHAGE",
    "Allergies to nuts, nut allergy",
    "Sjögren's syndrome, Sjogren's Syndrome",
    "糖尿病, 糖尿病"
  })
  void spellingsOfOneNameHaveOneKey(String one, String other) {
    assertThat(NameKey.of(one)).isEqualTo(NameKey.of(other));
  }

  @ParameterizedTest
  @CsvSource({
    "Stress, Stres",
    "Virus, Viru",
    "Cystitis, Cystiti",
    "Pain in leg, Pain in arm",
    "糖尿病, 尿糖病"
  })
  void differentNamesHaveDifferentKeys(String one, String other) {
    assertThat(NameKey.of(one)).isNotEqualTo(NameKey.of(other));
  }
}
