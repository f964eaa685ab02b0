package dev.rpdr.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rpdr.Candidate;
import dev.rpdr.CandidateList;
import dev.rpdr.KnowledgeBase;
import dev.rpdr.Mention;
import dev.rpdr.Retriever;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What every {@link Retriever} promises. A test class implements this interface and says how to
 * open its retriever; JUnit then runs these tests as its own:
 *
 * <pre>{@code
 * class MyRetrieverTest implements RetrieverContract {
 *   @Override
 *   public Retriever retriever(KnowledgeBase knowledgeBase) {
 *     return new MyRetriever(knowledgeBase);
 *   }
 * }
 * }</pre>
 *
 * <p>Capabilities are on; a retriever that lacks one overrides the method of its name. Whoever
 * opens a retriever closes it: the contract does not.
 */
public interface RetrieverContract {
  /** A retriever over a knowledge base; may be the same at each call for an equal one. */
  Retriever retriever(KnowledgeBase knowledgeBase);

  /** What is searched: {@link ContractData#knowledgeBase()}. */
  default KnowledgeBase knowledgeBase() {
    return ContractData.knowledgeBase();
  }

  /** What is looked for: {@link ContractData#mentions()}. */
  default List<Mention> mentions() {
    return ContractData.mentions();
  }

  /**
   * Whether always min(k, size of the knowledge base) candidates come; off for methods that may
   * find nothing similar.
   */
  default boolean alwaysFillsK() {
    return true;
  }

  /** Whether a mention that is written like a name finds a concept of that name first. */
  default boolean findsExactNames() {
    return true;
  }

  /** Whether the best k are also the first k of a longer list; off for approximate search. */
  default boolean nested() {
    return true;
  }

  /** How far scores of a batch may lie from those of single calls, relative above 1. */
  default double tolerance() {
    return 1e-5;
  }

  @Test
  default void theMentionAskedForStandsInTheAnswer() {
    Retriever retriever = retriever(knowledgeBase());
    for (Mention mention : mentions()) {
      assertThat(retriever.retrieve(mention, 3).mention()).isEqualTo(mention);
    }
  }

  @Test
  default void noMoreThanKCandidatesComeAndAsManyAsPromised() {
    KnowledgeBase knowledgeBase = knowledgeBase();
    Retriever retriever = retriever(knowledgeBase);
    for (Mention mention : mentions()) {
      for (int k : new int[] {1, 2, 5, knowledgeBase.size()}) {
        int found = retriever.retrieve(mention, k).size();
        int promised = Math.min(k, knowledgeBase.size());
        assertThat(found).as("candidates for k=%d", k).isLessThanOrEqualTo(promised);
        if (alwaysFillsK()) {
          assertThat(found).as("candidates for k=%d", k).isEqualTo(promised);
        }
      }
    }
  }

  @Test
  default void moreThanThereAreGivesAllThereAre() {
    KnowledgeBase knowledgeBase = knowledgeBase();
    Retriever retriever = retriever(knowledgeBase);
    Mention mention = mentions().get(0);
    CandidateList all = retriever.retrieve(mention, knowledgeBase.size());
    for (int k : new int[] {knowledgeBase.size() + 7, Integer.MAX_VALUE}) {
      CandidateList found = retriever.retrieve(mention, k);
      new Agreement(tolerance()).check("k=" + k, all.candidates(), found.candidates());
    }
  }

  @Test
  default void candidatesStandBestFirstAndTiesByIdWithoutRepeats() {
    KnowledgeBase knowledgeBase = knowledgeBase();
    Retriever retriever = retriever(knowledgeBase);
    for (Mention mention : mentions()) {
      CandidateList found = retriever.retrieve(mention, knowledgeBase.size());
      assertThat(found.ids()).as("ids for '%s'", mention.text()).doesNotHaveDuplicates();
      List<Candidate> candidates = found.candidates();
      for (int i = 1; i < candidates.size(); i++) {
        Candidate better = candidates.get(i - 1);
        Candidate worse = candidates.get(i);
        assertThat(better.score())
            .as("score of place %d, not below that of place %d", i, i + 1)
            .isGreaterThanOrEqualTo(worse.score());
        if (better.score() == worse.score()) {
          assertThat(better.id())
              .as("id of place %d, which ties with place %d", i, i + 1)
              .isLessThan(worse.id());
        }
      }
    }
  }

  @Test
  default void ofTwoConceptsWithTheSameNameTheSmallerIdComesFirst() {
    KnowledgeBase knowledgeBase = ContractData.knowledgeBase();
    assumeTrue(
        knowledgeBase().fingerprint().equals(knowledgeBase.fingerprint()),
        "a knowledge base of its own may hold no such pair");
    assumeTrue(findsExactNames(), "finds no exact names");
    Retriever retriever = retriever(knowledgeBase);
    Mention mention = Mention.of(ContractData.SHARED_NAME);
    assertThat(retriever.retrieve(mention, 2).ids()).isEqualTo(ContractData.SHARED_IDS);
    assertThat(retriever.retrieve(mention, 1).ids())
        .as("a tie that is cut by k=1")
        .containsExactly(ContractData.SHARED_IDS.get(0));
  }

  @Test
  default void candidatesAreEntitiesOfTheKnowledgeBase() {
    KnowledgeBase knowledgeBase = knowledgeBase();
    Retriever retriever = retriever(knowledgeBase);
    for (Mention mention : mentions()) {
      for (Candidate candidate : retriever.retrieve(mention, 5).candidates()) {
        assertThat(knowledgeBase.find(candidate.id())).contains(candidate.entity());
      }
    }
  }

  @Test
  default void aMentionWrittenLikeANameFindsThatName() {
    assumeTrue(findsExactNames(), "finds no exact names");
    KnowledgeBase knowledgeBase = knowledgeBase();
    Retriever retriever = retriever(knowledgeBase);
    for (int i = 0; i < Math.min(50, knowledgeBase.size()); i++) {
      String name = knowledgeBase.entity(i).name();
      CandidateList found = retriever.retrieve(Mention.of(name), 1);
      assertThat(found.candidates()).as("candidates for '%s'", name).hasSize(1);
      assertThat(found.entity(0).names()).contains(name);
    }
  }

  @Test
  default void theBestAreTheSameInALongerList() {
    assumeTrue(nested(), "a longer list may begin otherwise");
    Retriever retriever = retriever(knowledgeBase());
    for (Mention mention : mentions()) {
      CandidateList few = retriever.retrieve(mention, 3);
      CandidateList more = retriever.retrieve(mention, 8).top(3);
      new Agreement(tolerance()).check("top 3 of 3 and of 8", few.candidates(), more.candidates());
    }
  }

  @Test
  default void theSameCallGivesTheSameList() {
    KnowledgeBase knowledgeBase = knowledgeBase();
    Retriever retriever = retriever(knowledgeBase);
    Retriever again = retriever(knowledgeBase);
    for (Mention mention : mentions()) {
      CandidateList first = retriever.retrieve(mention, 5);
      assertThat(retriever.retrieve(mention, 5)).as("the second call").isEqualTo(first);
      assertThat(again.retrieve(mention, 5)).as("a second retriever").isEqualTo(first);
    }
  }

  @Test
  default void aBatchGivesWhatSingleCallsGiveInTheSameOrder() {
    Retriever retriever = retriever(knowledgeBase());
    List<Mention> mentions = mentions();
    List<CandidateList> batch = retriever.retrieveAll(mentions, 4);
    assertThat(batch.stream().map(CandidateList::mention)).isEqualTo(mentions);
    Agreement agreement = new Agreement(tolerance());
    for (int i = 0; i < mentions.size(); i++) {
      CandidateList single = retriever.retrieve(mentions.get(i), 4);
      agreement.check("batch and single", single.candidates(), batch.get(i).candidates());
    }
    assertThat(retriever.retrieveAll(List.of(), 4)).as("an empty batch").isEmpty();
  }

  @Test
  default void kBelowOneIsRefused() {
    Retriever retriever = retriever(knowledgeBase());
    Mention mention = mentions().get(0);
    for (int k : new int[] {0, -1, Integer.MIN_VALUE}) {
      assertThatThrownBy(() -> retriever.retrieve(mention, k))
          .as("retrieve with k=%d", k)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(Integer.toString(k));
      assertThatThrownBy(() -> retriever.retrieveAll(List.of(mention), k))
          .as("retrieveAll with k=%d", k)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  default void severalThreadsGetWhatOneGets() {
    Retriever retriever = retriever(knowledgeBase());
    List<Mention> mentions = mentions();
    List<CandidateList> alone = mentions.stream().map(m -> retriever.retrieve(m, 5)).toList();
    Agreement agreement = new Agreement(tolerance());
    for (List<CandidateList> thread :
        Together.call(() -> mentions.stream().map(m -> retriever.retrieve(m, 5)).toList())) {
      for (int i = 0; i < alone.size(); i++) {
        assertThat(thread.get(i).mention()).isEqualTo(mentions.get(i));
        agreement.check(
            "alone and beside others", alone.get(i).candidates(), thread.get(i).candidates());
      }
    }
  }
}
