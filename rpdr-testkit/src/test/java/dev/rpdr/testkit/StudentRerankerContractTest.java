package dev.rpdr.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rpdr.Candidate;
import dev.rpdr.CandidateList;
import dev.rpdr.Mention;
import dev.rpdr.Outcome;
import dev.rpdr.Provenance;
import dev.rpdr.Ranking;
import dev.rpdr.StudentReranker;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The contract lets an honest student pass and catches each broken promise. */
class StudentRerankerContractTest implements StudentRerankerContract {
  @Override
  public StudentReranker student() {
    return new Honest();
  }

  @Override
  public StudentReranker openStudent() {
    return new Honest();
  }

  @Test
  void catchesCandidatesThatAreLeftOut() {
    plant(
        () ->
            new Honest() {
              @Override
              public Ranking rerank(CandidateList request) {
                List<Candidate> all = super.rerank(request).candidates();
                return new Ranking(
                    request, all.subList(0, Math.min(5, all.size())), Outcome.ANSWERED);
              }
            });
    assertThat(failures()).contains("allCandidatesAreRankedAndNothingElse");
  }

  @Test
  void catchesARankingOfAnotherRequest() {
    plant(
        () ->
            new Honest() {
              @Override
              public Ranking rerank(CandidateList request) {
                return super.rerank(request.top(3));
              }
            });
    assertThat(failures()).contains("allCandidatesAreRankedAndNothingElse");
  }

  @Test
  void catchesRankingsThatChange() {
    AtomicInteger calls = new AtomicInteger();
    plant(
        () ->
            new Honest() {
              @Override
              public Ranking rerank(CandidateList request) {
                return moved(super.rerank(request), calls.getAndIncrement());
              }
            });
    assertThat(failures())
        .contains(
            "theSameRequestGetsTheSameRanking",
            "studentsOpenedTwiceAgreeAndAreIndependent",
            "severalThreadsGetWhatOneGets");
  }

  @Test
  void letsABatchDifferByRoundingButNotByMore() {
    plant(() -> batchMovedBy(1e-5));
    assertThat(failures()).isEmpty();
    plant(() -> batchMovedBy(1e-2));
    assertThat(failures()).containsExactly("aBatchGivesWhatSingleCallsGiveInTheSameOrder");
  }

  @Test
  void catchesABatchInAnotherOrder() {
    plant(
        () ->
            new Honest() {
              @Override
              public List<Ranking> rerankAll(List<CandidateList> requests) {
                List<Ranking> rankings = new ArrayList<>(super.rerankAll(requests));
                Collections.reverse(rankings);
                return rankings;
              }
            });
    assertThat(failures()).containsExactly("aBatchGivesWhatSingleCallsGiveInTheSameOrder");
  }

  @Test
  void catchesAFailureOnEmptyRequests() {
    plant(
        () ->
            new Honest() {
              @Override
              public Ranking rerank(CandidateList request) {
                request.entity(0);
                return super.rerank(request);
              }
            });
    assertThat(failures()).containsExactly("anEmptyRequestGetsAnEmptyRanking");
  }

  @Test
  void catchesAProvenanceThatChanges() {
    AtomicInteger calls = new AtomicInteger();
    plant(
        () ->
            new Honest() {
              @Override
              public Provenance provenance() {
                return Provenance.none().with("call", calls.getAndIncrement());
              }
            });
    assertThat(failures()).containsExactly("theProvenanceIsThereAndStays");
  }

  @Test
  void catchesAStudentThatWorksAfterItWasClosedUnlessThatIsAllowed() {
    plant(
        () ->
            new Honest() {
              @Override
              public void close() {}
            });
    assertThat(failures()).containsExactly("aClosedStudentRefusesToWork");
    assertThat(Planted.failuresOf(ResourceFreeViolator.class)).isEmpty();
  }

  @Test
  void catchesASecondCloseThatThrows() {
    plant(
        () ->
            new Honest() {
              @Override
              public void close() {
                open();
                super.close();
              }
            });
    assertThat(failures()).containsExactly("closingTwiceIsHarmless");
  }

  @Test
  void catchesStudentsThatCloseEachOther() {
    Honest shared = new Honest();
    plant(() -> shared);
    assertThat(failures()).contains("studentsOpenedTwiceAgreeAndAreIndependent");
  }

  @Test
  void catchesSharedScratchSpace() {
    plant(
        () ->
            new Honest() {
              private final Scratch<CandidateList> last =
                  new Scratch<>(CandidateList.of(Mention.of("none"), List.of()));

              @Override
              public Ranking rerank(CandidateList request) {
                return super.rerank(last.through(request));
              }
            });
    assertThat(failures()).containsExactly("severalThreadsGetWhatOneGets");
  }

  private static Honest batchMovedBy(double difference) {
    return new Honest() {
      @Override
      public List<Ranking> rerankAll(List<CandidateList> requests) {
        return super.rerankAll(requests).stream().map(r -> moved(r, difference)).toList();
      }
    };
  }

  private static Ranking moved(Ranking ranking, double difference) {
    List<Candidate> moved =
        ranking.candidates().stream()
            .map(c -> new Candidate(c.entity(), c.score() + difference))
            .toList();
    return new Ranking(ranking.request(), moved, ranking.outcome());
  }

  private static void plant(Supplier<StudentReranker> opener) {
    Violator.planted = opener;
  }

  private static Set<String> failures() {
    return Planted.failuresOf(Violator.class);
  }

  private static class Honest implements StudentReranker {
    private volatile boolean closed;

    @Override
    public Ranking rerank(CandidateList request) {
      open();
      double[] scores = new double[request.size()];
      for (int i = 0; i < scores.length; i++) {
        scores[i] = BigramRetriever.similarity(request.entity(i).name(), request.mention().text());
      }
      return Ranking.byScore(request, scores);
    }

    @Override
    public Provenance provenance() {
      return Provenance.none().with("student", "bigrams");
    }

    @Override
    public void close() {
      closed = true;
    }

    final void open() {
      if (closed) {
        throw new IllegalStateException("the student is closed");
      }
    }
  }

  /** Run by the planted tests only. */
  static class Violator implements StudentRerankerContract {
    private static @Nullable Supplier<StudentReranker> planted;

    @Override
    public StudentReranker student() {
      return openStudent();
    }

    @Override
    public StudentReranker openStudent() {
      return Objects.requireNonNull(planted).get();
    }
  }

  static class ResourceFreeViolator extends Violator {
    @Override
    public boolean refusesAfterClose() {
      return false;
    }
  }
}
