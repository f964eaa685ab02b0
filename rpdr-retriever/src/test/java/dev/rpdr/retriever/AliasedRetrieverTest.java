package dev.rpdr.retriever;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import dev.rpdr.Candidate;
import dev.rpdr.CandidateList;
import dev.rpdr.Entity;
import dev.rpdr.KnowledgeBase;
import dev.rpdr.Mention;
import dev.rpdr.ProgressListener;
import dev.rpdr.Retriever;
import dev.rpdr.nn.EncoderOptions;
import dev.rpdr.nn.ModelFiles;
import dev.rpdr.nn.TextEncoder;
import dev.rpdr.testkit.RetrieverContract;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class AliasedRetrieverTest {
  private static final KnowledgeBase KB =
      KnowledgeBase.of(
          List.of(
              Entity.of("1", "Abdominal pain"),
              Entity.of("2", "Headache", "Head pain"),
              Entity.of("3", "Nausea")));
  private static final WeightedNames ALIASES =
      WeightedNames.of(
          KnowledgeBase.of(
              List.of(Entity.of("1", "tummy ache", "sore belly"), Entity.of("3", "feeling sick"))));

  private static TextEncoder encoder;

  @BeforeAll
  static void openEncoder() {
    encoder = TextEncoder.open(ModelFiles.maven("all-minilm-l6-v2"), EncoderOptions.mean());
  }

  @AfterAll
  static void closeEncoder() {
    encoder.close();
  }

  @Test
  void aNameFoundByAnAliasCountsWeightTimesItsSimilarity() {
    AliasedRetriever retriever = tfIdf(KB).withAliases(ALIASES);

    CandidateList list = retriever.retrieve(Mention.of("tummy ache"), 3);

    assertThat(list.ids()).containsExactly("1");
    assertThat(list.candidates().get(0).score()).isCloseTo(.9, within(1e-6));
    assertThat(list.entity(0)).isEqualTo(Entity.of("1", "Abdominal pain"));
    assertThat(retriever.withWeight(.5).retrieve(Mention.of("tummy ache"), 3).candidates())
        .singleElement()
        .extracting(Candidate::score)
        .satisfies(score -> assertThat(score).isCloseTo(.5, within(1e-6)));
    assertThat(tfIdf(KB).retrieve(Mention.of("tummy ache"), 3).ids()).isEmpty();
  }

  @Test
  void anOwnNameWinsOverAnAliasOfTheSameText() {
    WeightedNames rival =
        WeightedNames.of(KnowledgeBase.of(List.of(Entity.of("1", "nausea", "head pain"))));

    CandidateList list = tfIdf(KB).withAliases(rival).retrieve(Mention.of("nausea"), 2);

    assertThat(list.ids()).containsExactly("3", "1");
    assertThat(list.candidates().get(0).score()).isCloseTo(1, within(1e-6));
    assertThat(list.candidates().get(1).score()).isCloseTo(.9, within(1e-6));
  }

  @Test
  void fullWeightIsAsIfTheAliasesWereSynonyms() {
    KnowledgeBase merged =
        KnowledgeBase.of(
            List.of(
                Entity.of("1", "Abdominal pain", "tummy ache", "sore belly"),
                Entity.of("2", "Headache", "Head pain"),
                Entity.of("3", "Nausea", "feeling sick")));
    AliasedRetriever aliased = tfIdf(KB).withAliases(ALIASES.withWeight(1));

    for (String text : List.of("sick belly", "pain", "feeling a headache", "sore head")) {
      List<Candidate> expected = tfIdf(merged).retrieve(Mention.of(text), 3).candidates();
      List<Candidate> found = aliased.retrieve(Mention.of(text), 3).candidates();
      assertThat(found).extracting(Candidate::id).isEqualTo(ids(expected));
      for (int i = 0; i < expected.size(); i++) {
        assertThat(found.get(i).score()).isCloseTo(expected.get(i).score(), within(1e-6));
      }
    }
  }

  @Test
  void theBestOfFewAreThoseOfAll() {
    Random random = new Random(3);
    List<Entity> entities = new ArrayList<>();
    List<Entity> further = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      entities.add(Entity.of("e" + i, text(random), text(random)));
      if (i % 3 == 0) {
        further.add(Entity.of("e" + i, text(random), text(random) + " x"));
      }
    }
    AliasedRetriever retriever =
        TfIdfRetriever.build(KnowledgeBase.of(entities), TextAnalysis.chars(1, 2))
            .withAliases(new WeightedNames(KnowledgeBase.of(further), .8));

    for (int query = 0; query < 50; query++) {
      Mention mention = Mention.of(text(random));
      List<Candidate> all = retriever.retrieve(mention, 60).candidates();
      for (int k : new int[] {1, 4, 17}) {
        assertThat(retriever.retrieve(mention, k).candidates())
            .isEqualTo(all.subList(0, Math.min(k, all.size())));
      }
    }
  }

  @Test
  void vectorsOfAliasesAreWeighedToo() {
    try (DenseRetriever names = DenseRetriever.build(KB, encoder, ProgressListener.SILENT);
        AliasedRetriever aliased = names.withAliases(ALIASES, ProgressListener.SILENT)) {
      Mention mention = Mention.of("tummy ache");
      double own = score(names.retrieve(mention, 3), "1");

      assertThat(score(aliased.retrieve(mention, 3), "1")).isCloseTo(.9, within(1e-5));
      assertThat(score(aliased.withWeight(.2).retrieve(mention, 3), "1"))
          .isCloseTo(Math.max(own, .2), within(1e-5));
      assertThat(score(aliased.retrieve(mention, 3), "2"))
          .isCloseTo(score(names.retrieve(mention, 3), "2"), within(1e-6));
      assertThat(aliased.retrieve(mention, 3).ids()).hasSize(3).startsWith("1");
      assertThat(aliased.provenance().facts())
          .containsEntry("aliases.names", "3")
          .containsEntry("aliases.entities", "2")
          .containsEntry("aliases.weight", "0.9")
          .containsEntry("aliases.sha256", ALIASES.names().fingerprint())
          .containsEntry("knowledge-base.sha256", KB.fingerprint());
    }
  }

  @Test
  void closingLeavesTheNamesOpen() {
    try (DenseRetriever names = DenseRetriever.build(KB, encoder, ProgressListener.SILENT)) {
      AliasedRetriever aliased = names.withAliases(ALIASES, ProgressListener.SILENT);
      aliased.close();
      aliased.close();

      assertThatIllegalStateException()
          .isThrownBy(() -> aliased.retrieve(Mention.of("cough"), 1))
          .withMessage("the dense retriever is closed");
      assertThat(names.retrieve(Mention.of("nausea"), 1).ids()).containsExactly("3");
    }
  }

  @Test
  void weightsAndEntitiesThatCannotBeAreRefused() {
    WeightedNames stray = WeightedNames.of(KnowledgeBase.of(List.of(Entity.of("9", "gone"))));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> ALIASES.withWeight(0))
        .withMessage("the weight of further names must be above 0 and at most 1, not 0.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> tfIdf(KB).withAliases(ALIASES).withWeight(1.1))
        .withMessageEndingWith("not 1.1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> tfIdf(KB).withAliases(stray))
        .withMessage(
            "the further name 'gone' is of entity '9', which is not in the knowledge base");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> tfIdf(KB).withAliases(ALIASES).retrieve(Mention.of("x"), 0))
        .withMessage("k must be >= 1, not 0");
  }

  @Nested
  class LexicalContract implements RetrieverContract {
    @Override
    public Retriever retriever(KnowledgeBase knowledgeBase) {
      return tfIdf(knowledgeBase).withAliases(aliases(knowledgeBase));
    }

    @Override
    public boolean alwaysFillsK() {
      return false;
    }
  }

  @Nested
  class DenseContract implements RetrieverContract {
    private final List<AutoCloseable> open = new ArrayList<>();

    @Override
    public Retriever retriever(KnowledgeBase knowledgeBase) {
      DenseRetriever names = DenseRetriever.build(knowledgeBase, encoder, ProgressListener.SILENT);
      open.add(0, names);
      AliasedRetriever aliased = names.withAliases(aliases(knowledgeBase), ProgressListener.SILENT);
      open.add(0, aliased);
      return aliased;
    }

    @AfterEach
    void closeAll() throws Exception {
      for (AutoCloseable one : open) {
        one.close();
      }
    }
  }

  private static WeightedNames aliases(KnowledgeBase knowledgeBase) {
    List<Entity> entities = new ArrayList<>();
    for (int i = 0; i < knowledgeBase.size(); i += 2) {
      entities.add(Entity.of(knowledgeBase.id(i), "another word for number " + i));
    }
    return WeightedNames.of(KnowledgeBase.of(entities));
  }

  private static TfIdfRetriever tfIdf(KnowledgeBase knowledgeBase) {
    return TfIdfRetriever.build(knowledgeBase, TextAnalysis.word());
  }

  private static List<String> ids(List<Candidate> candidates) {
    return candidates.stream().map(Candidate::id).toList();
  }

  private static double score(CandidateList list, String id) {
    return list.candidates().stream()
        .filter(candidate -> candidate.id().equals(id))
        .findFirst()
        .orElseThrow()
        .score();
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 6; i++) {
      text.append((char) ('a' + random.nextInt(8)));
    }
    return text.toString();
  }
}
