package dev.rpdr.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rpdr.Candidate;
import dev.rpdr.CandidateList;
import dev.rpdr.Entity;
import dev.rpdr.Mention;
import dev.rpdr.Ranking;
import dev.rpdr.TeacherAnswer;
import dev.rpdr.TeacherLlm;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The contract lets the scripted teacher pass and catches each broken promise. */
class TeacherLlmContractTest implements TeacherLlmContract {
  @Override
  public TeacherLlm teacher() {
    return ScriptedTeacher.builder()
        .prefer("heart attack", "X1", "X31")
        .otherwise(Ranking::asRetrieved)
        .build();
  }

  @Override
  public List<String> secrets() {
    return List.of("sk-123");
  }

  @Test
  void catchesAnAnswerToAnotherRequest() {
    plant(
        TeacherLlm.of(
            "planted",
            request -> {
              Candidate more = new Candidate(Entity.of("made up", "made up"), 1e-9 - 100);
              List<Candidate> all = new ArrayList<>(request.candidates());
              all.add(more);
              return Ranking.asRetrieved(new CandidateList(request.mention(), all));
            }));
    assertThat(failures())
        .contains("theAnswerIsForTheRequestAndHoldsNothingElse", "noCandidatesGetAnEmptyRanking");
  }

  @Test
  void catchesABatchInAnotherOrderOrIncomplete() {
    plant(
        new Honest() {
          @Override
          public List<TeacherAnswer> rankAll(List<CandidateList> requests) {
            List<TeacherAnswer> answers = new ArrayList<>(super.rankAll(requests));
            Collections.reverse(answers);
            return answers;
          }
        });
    assertThat(failures())
        .containsExactly(
            "aBatchGivesWhatSingleCallsGiveInTheSameOrder", "severalBatchesAtOnceKeepTheirOrder");
    plant(
        new Honest() {
          @Override
          public List<TeacherAnswer> rankAll(List<CandidateList> requests) {
            return super.rankAll(requests).stream().distinct().toList();
          }
        });
    assertThat(failures()).containsExactly("aBatchGivesWhatSingleCallsGiveInTheSameOrder");
  }

  @Test
  void catchesRankingsThatChange() {
    AtomicInteger calls = new AtomicInteger();
    plant(
        TeacherLlm.of(
            "planted",
            request ->
                calls.getAndIncrement() % 2 == 0
                    ? Ranking.asRetrieved(request)
                    : Ranking.fellBack(request, "every second time")));
    assertThat(failures()).contains("theSameRequestGetsTheSameRanking");
  }

  @Test
  void catchesAnIdentityThatIsBlankOrChanges() {
    plant(TeacherLlm.of(" ", Ranking::asRetrieved));
    assertThat(failures()).containsExactly("theIdentityIsThereAndStays");
    AtomicInteger calls = new AtomicInteger();
    plant(
        new Honest() {
          @Override
          public String identity() {
            return "call " + calls.getAndIncrement();
          }
        });
    assertThat(failures()).containsExactly("theIdentityIsThereAndStays");
  }

  @Test
  void catchesASecretThatIsTold() {
    plant(TeacherLlm.of("model=x key=sk-123", Ranking::asRetrieved));
    assertThat(failures()).containsExactly("secretsStaySecret");
  }

  @Test
  void catchesARefusalOfEmptyRequests() {
    plant(
        TeacherLlm.of(
            "planted",
            request -> {
              request.candidates().get(0);
              return Ranking.asRetrieved(request);
            }));
    assertThat(failures()).containsExactly("noCandidatesGetAnEmptyRanking");
  }

  @Test
  void catchesSharedScratchSpace() {
    plant(
        new Honest() {
          private final Scratch<CandidateList> last =
              new Scratch<>(CandidateList.of(Mention.of("none"), List.of()));

          @Override
          public TeacherAnswer rank(CandidateList request) {
            return super.rank(last.through(request));
          }
        });
    assertThat(failures())
        .containsExactly("severalBatchesAtOnceKeepTheirOrder", "severalThreadsGetTheirOwnAnswers");
  }

  private static void plant(TeacherLlm teacher) {
    Violator.planted = teacher;
  }

  private static Set<String> failures() {
    return Planted.failuresOf(Violator.class);
  }

  private static class Honest implements TeacherLlm {
    @Override
    public TeacherAnswer rank(CandidateList request) {
      return TeacherAnswer.of(Ranking.asRetrieved(request));
    }

    @Override
    public String identity() {
      return "honest";
    }
  }

  /** Run by the planted tests only. */
  static class Violator implements TeacherLlmContract {
    private static @Nullable TeacherLlm planted;

    @Override
    public TeacherLlm teacher() {
      return Objects.requireNonNull(planted);
    }

    @Override
    public List<String> secrets() {
      return List.of("sk-123");
    }
  }
}
