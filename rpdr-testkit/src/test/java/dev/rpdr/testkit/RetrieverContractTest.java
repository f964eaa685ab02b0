package dev.rpdr.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rpdr.Candidate;
import dev.rpdr.CandidateList;
import dev.rpdr.Entity;
import dev.rpdr.KnowledgeBase;
import dev.rpdr.Mention;
import dev.rpdr.Retriever;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The contract lets an honest retriever pass and catches each broken promise. */
class RetrieverContractTest implements RetrieverContract {
  @Override
  public Retriever retriever(KnowledgeBase knowledgeBase) {
    return new BigramRetriever(knowledgeBase);
  }

  @Test
  void catchesTooManyCandidates() {
    Violator.plant(
        honest -> (mention, k) -> honest.retrieve(mention, Math.min(checked(k), 100) + 1));
    assertThat(Planted.failuresOf(Violator.class))
        .contains("noMoreThanKCandidatesComeAndAsManyAsPromised");
  }

  @Test
  void catchesTooFewCandidates() {
    Violator.plant(
        honest -> (mention, k) -> honest.retrieve(mention, k).top(Math.max(1, checked(k) - 1)));
    assertThat(Planted.failuresOf(Violator.class))
        .contains("noMoreThanKCandidatesComeAndAsManyAsPromised");
  }

  @Test
  void catchesAnOverflowOfK() {
    Violator.plant(honest -> (mention, k) -> honest.retrieve(mention, checked(k) * 2 / 2));
    assertThat(Planted.failuresOf(Violator.class))
        .containsExactly("moreThanThereAreGivesAllThereAre");
  }

  @Test
  void catchesWorstFirst() {
    Violator.plant(
        honest ->
            (mention, k) -> {
              List<Candidate> found = new ArrayList<>(honest.retrieve(mention, k).candidates());
              found.sort(Comparator.comparingDouble(Candidate::score));
              return new CandidateList(mention, found);
            });
    assertThat(Planted.failuresOf(Violator.class))
        .contains("candidatesStandBestFirstAndTiesByIdWithoutRepeats");
  }

  @Test
  void catchesTiesInAnotherOrder() {
    Violator.plant(
        honest ->
            (mention, k) -> {
              List<Candidate> all =
                  new ArrayList<>(
                      honest.retrieve(mention, Math.max(checked(k), 1000)).candidates());
              all.sort(
                  Comparator.comparingDouble(Candidate::score)
                      .thenComparing(Candidate::id)
                      .reversed());
              return new CandidateList(mention, all).top(k);
            });
    assertThat(Planted.failuresOf(Violator.class))
        .contains(
            "candidatesStandBestFirstAndTiesByIdWithoutRepeats",
            "ofTwoConceptsWithTheSameNameTheSmallerIdComesFirst");
  }

  @Test
  void catchesAnotherMention() {
    Violator.plant(
        honest ->
            (mention, k) ->
                new CandidateList(
                    Mention.of(mention.text().strip()), honest.retrieve(mention, k).candidates()));
    assertThat(Planted.failuresOf(Violator.class)).contains("theMentionAskedForStandsInTheAnswer");
  }

  @Test
  void catchesEntitiesFromElsewhere() {
    Violator.plant(
        honest ->
            (mention, k) ->
                new CandidateList(
                    mention,
                    honest.retrieve(mention, k).candidates().stream()
                        .map(c -> new Candidate(Entity.of(c.id(), c.entity().name()), c.score()))
                        .toList()));
    assertThat(Planted.failuresOf(Violator.class))
        .containsExactly("candidatesAreEntitiesOfTheKnowledgeBase");
  }

  @Test
  void catchesAnswersThatChange() {
    AtomicInteger calls = new AtomicInteger();
    Violator.plant(
        honest -> (mention, k) -> shifted(honest.retrieve(mention, k), calls.getAndIncrement()));
    assertThat(Planted.failuresOf(Violator.class))
        .contains(
            "theSameCallGivesTheSameList",
            "severalThreadsGetWhatOneGets",
            "theBestAreTheSameInALongerList",
            "aBatchGivesWhatSingleCallsGiveInTheSameOrder");
  }

  @Test
  void catchesABatchInAnotherOrder() {
    Violator.plant(
        honest ->
            new Retriever() {
              @Override
              public CandidateList retrieve(Mention mention, int k) {
                return honest.retrieve(mention, k);
              }

              @Override
              public List<CandidateList> retrieveAll(List<Mention> mentions, int k) {
                return mentions.stream()
                    .sorted(Comparator.comparingInt(m -> m.text().length()))
                    .map(m -> retrieve(m, k))
                    .toList();
              }
            });
    assertThat(Planted.failuresOf(Violator.class))
        .containsExactly("aBatchGivesWhatSingleCallsGiveInTheSameOrder");
  }

  @Test
  void catchesAKThatIsNotRefused() {
    Violator.plant(honest -> (mention, k) -> honest.retrieve(mention, Math.max(1, k)));
    assertThat(Planted.failuresOf(Violator.class)).containsExactly("kBelowOneIsRefused");
  }

  @Test
  void catchesNamesThatAreNotFound() {
    Violator.plant(
        honest ->
            (mention, k) -> {
              CandidateList any = honest.retrieve(Mention.of("something else"), k);
              return new CandidateList(mention, any.candidates());
            });
    assertThat(Planted.failuresOf(Violator.class))
        .contains("aMentionWrittenLikeANameFindsThatName");
  }

  @Test
  void catchesSharedScratchSpace() {
    Violator.plant(
        honest ->
            new Retriever() {
              private final Scratch<Mention> last = new Scratch<>(Mention.of("none"));

              @Override
              public CandidateList retrieve(Mention mention, int k) {
                return honest.retrieve(last.through(mention), k);
              }
            });
    assertThat(Planted.failuresOf(Violator.class)).containsExactly("severalThreadsGetWhatOneGets");
  }

  @Test
  void aCapabilityThatIsOffIsNotDemanded() {
    Violator.plant(honest -> (mention, k) -> honest.retrieve(mention, Math.min(checked(k), 4)));
    assertThat(Planted.failuresOf(Violator.class))
        .containsExactly("noMoreThanKCandidatesComeAndAsManyAsPromised");
    assertThat(Planted.failuresOf(SparseViolator.class)).isEmpty();
  }

  private static int checked(int k) {
    if (k < 1) {
      throw new IllegalArgumentException("k must be >= 1, not " + k);
    }
    return k;
  }

  private static CandidateList shifted(CandidateList list, int call) {
    return new CandidateList(
        list.mention(),
        list.candidates().stream().map(c -> new Candidate(c.entity(), c.score() + call)).toList());
  }

  /** Run by the planted tests only. */
  static class Violator implements RetrieverContract {
    private static @Nullable UnaryOperator<Retriever> planted;

    static void plant(UnaryOperator<Retriever> violation) {
      planted = violation;
    }

    @Override
    public Retriever retriever(KnowledgeBase knowledgeBase) {
      return Objects.requireNonNull(planted).apply(new BigramRetriever(knowledgeBase));
    }
  }

  static class SparseViolator extends Violator {
    @Override
    public boolean alwaysFillsK() {
      return false;
    }
  }
}
