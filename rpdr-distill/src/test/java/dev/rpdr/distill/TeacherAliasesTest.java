package dev.rpdr.distill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.rpdr.CandidateList;
import dev.rpdr.Entity;
import dev.rpdr.KnowledgeBase;
import dev.rpdr.Mention;
import dev.rpdr.Outcome;
import dev.rpdr.Ranking;
import dev.rpdr.TrainingSet;
import dev.rpdr.retriever.TextAnalysis;
import dev.rpdr.retriever.TfIdfRetriever;
import dev.rpdr.retriever.WeightedNames;
import java.util.List;
import org.junit.jupiter.api.Test;

class TeacherAliasesTest {
  private static final KnowledgeBase KB =
      KnowledgeBase.of(
          List.of(
              Entity.of("1", "Abdominal pain", "Bellyache"),
              Entity.of("2", "Headache"),
              Entity.of("3", "Nausea")));

  @Test
  void mentionsBecomeNamesOfTheTeachersFirstChoice() {
    TeacherAliases aliases =
        aliases(
            ranked("tummy  ache ", "1", "2"),
            ranked("Tummy ache", "1", "3"),
            ranked("sore belly", "1", "2"),
            ranked("feeling sick", "3", "1"));

    assertThat(aliases.of("1")).containsExactly("tummy ache", "sore belly");
    assertThat(aliases.of("2")).isEmpty();
    assertThat(aliases.contains(" TUMMY ache")).isTrue();
    assertThat(aliases.contains("Headache")).isFalse();
    assertThat(aliases.size()).isEqualTo(3);
    WeightedNames names = aliases.names();
    assertThat(names.weight()).isEqualTo(.9);
    assertThat(names.names().find("1").orElseThrow().names())
        .containsExactly("tummy ache", "sore belly");
    assertThat(names.names().size()).isEqualTo(2);
    assertThat(aliases.tally().repeated()).isEqualTo(1);
  }

  @Test
  void choicesThatConflictAreDroppedAndCounted() {
    TeacherAliases aliases =
        aliases(
            ranked("sick stomach", "1"),
            ranked("stomach, sick", "3"),
            ranked("Sick stomachs", "1"),
            ranked("queasy", "3"));

    assertThat(aliases.of("1")).isEmpty();
    assertThat(aliases.of("3")).containsExactly("queasy");
    assertThat(aliases.tally()).isEqualTo(new TeacherAliases.Tally(4, 1, 0, 0, 0, 0, 0, 0, 3));
  }

  @Test
  void namesOfOtherEntitiesAreDroppedAndOwnOnesNeedNoAlias() {
    TeacherAliases aliases =
        aliases(
            ranked("HEADACHES", "1"),
            ranked("abdominal pain", "1"),
            ranked("bellyache", "1"),
            ranked("pain, abdominal", "1"));

    assertThat(aliases.of("1")).containsExactly("pain, abdominal");
    assertThat(aliases.tally()).isEqualTo(new TeacherAliases.Tally(4, 1, 0, 2, 0, 0, 0, 1, 0));
  }

  @Test
  void anUnsureTeacherIsNotBelievedWhereItsConfidenceIsRecorded() {
    TrainingSet rankings =
        set(
            ranked("queasy", "3").withConfidence(.59),
            ranked("sick", "3").withConfidence(.6),
            ranked("icky", "3"));

    TeacherAliases aliases = TeacherAliases.builder(KB, rankings).minConfidence(.6).build();

    assertThat(aliases.of("3")).containsExactly("sick", "icky");
    assertThat(aliases.tally().unsure()).isEqualTo(1);
    assertThat(TeacherAliases.builder(KB, rankings).build().size()).isEqualTo(3);
  }

  @Test
  void anUnsureChoiceIsNoConflict() {
    TrainingSet rankings =
        set(ranked("queasy", "3").withConfidence(1.0), ranked("Queasy", "1").withConfidence(.2));

    TeacherAliases aliases = TeacherAliases.builder(KB, rankings).minConfidence(.5).build();

    assertThat(aliases.of("3")).containsExactly("queasy");
    assertThat(aliases.tally().conflicting()).isZero();
  }

  @Test
  void theRetrieverMayHaveToAgree() {
    TrainingSet rankings = set(ranked("pain of the head", "1"), ranked("sick", "3"));
    TfIdfRetriever retriever = TfIdfRetriever.build(KB, TextAnalysis.word());

    TeacherAliases aliases = TeacherAliases.builder(KB, rankings).amongFirst(retriever, 10).build();

    // "pain" is a word of Abdominal pain; nothing is like "sick"
    assertThat(aliases.of("1")).containsExactly("pain of the head");
    assertThat(aliases.of("3")).isEmpty();
    assertThat(aliases.tally().notAmongFirst()).isEqualTo(1);
    assertThat(aliases.provenance().facts()).containsEntry("among-first", "10");
  }

  @Test
  void aSetThatGivesNoneIsToldWhy() {
    TeacherAliases aliases = aliases(ranked("gone", "9"), ranked("Headache", "2"));

    assertThat(aliases.size()).isZero();
    assertThatIllegalStateException()
        .isThrownBy(aliases::names)
        .withMessageContaining("no alias: 0 aliases of 2 rankings")
        .withMessageContaining("1 names already")
        .withMessageContaining("1 of entities that are not in the knowledge base");
    assertThat(aliases.provenance().facts())
        .containsEntry("teacher", "somebody")
        .containsEntry("aliases", aliases.tally().toString());
  }

  @Test
  void conditionsOutOfRangeAreRefused() {
    TeacherAliases.Builder builder = TeacherAliases.builder(KB, set());
    TfIdfRetriever retriever = TfIdfRetriever.build(KB, TextAnalysis.word());

    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.minConfidence(1.5))
        .withMessage("minConfidence must be 0 to 1, not 1.5");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.amongFirst(retriever, 0))
        .withMessage("first must be >= 1, not 0");
  }

  private static TeacherAliases aliases(Ranking... rankings) {
    TeacherAliases aliases = TeacherAliases.builder(KB, set(rankings)).build();
    TeacherAliases.Tally tally = aliases.tally();
    assertThat(
            tally.aliases()
                + tally.repeated()
                + tally.named()
                + tally.unsure()
                + tally.unknown()
                + tally.notAmongFirst()
                + tally.namesOfOthers()
                + tally.conflicting())
        .isEqualTo(tally.rankings());
    return aliases;
  }

  private static TrainingSet set(Ranking... rankings) {
    return TrainingSet.of(List.of(rankings), "somebody");
  }

  private static Ranking ranked(String mention, String... ids) {
    List<Entity> entities = List.of(ids).stream().map(id -> Entity.of(id, "entity " + id)).toList();
    return Ranking.byPlaces(
        CandidateList.of(Mention.of(mention), entities), List.of(0), Outcome.ANSWERED);
  }
}
