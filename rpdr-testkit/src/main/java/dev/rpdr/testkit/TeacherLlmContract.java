package dev.rpdr.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rpdr.CandidateList;
import dev.rpdr.Mention;
import dev.rpdr.Ranking;
import dev.rpdr.TeacherAnswer;
import dev.rpdr.TeacherLlm;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What every {@link TeacherLlm} promises. A test class implements this interface and hands out its
 * teacher, set up such that it answers {@link #requests()} (behind it a fake of the service).
 * Capabilities are on; a teacher that lacks one overrides the method of its name. What it promises
 * when the service is faulty is in {@link TeacherFaultsContract}.
 */
public interface TeacherLlmContract {
  /** A teacher that can answer {@link #requests()}, each any number of times. */
  TeacherLlm teacher();

  /** What it is asked: {@link ContractData#requests()}; at least one, none of them empty. */
  default List<CandidateList> requests() {
    return ContractData.requests();
  }

  /** Whether the same request gets the same ranking again. */
  default boolean deterministic() {
    return true;
  }

  /** Whether a request without candidates is answered, with an empty ranking. */
  default boolean answersEmptyRequests() {
    return true;
  }

  /** Texts that must appear neither in the identity nor in {@code toString()}, such as a key. */
  default List<String> secrets() {
    return List.of();
  }

  @Test
  default void theAnswerIsForTheRequestAndHoldsNothingElse() {
    TeacherLlm teacher = teacher();
    for (CandidateList request : requests()) {
      check(request, teacher.rank(request));
    }
  }

  @Test
  default void aBatchGivesWhatSingleCallsGiveInTheSameOrder() {
    TeacherLlm teacher = teacher();
    List<CandidateList> requests = ContractData.withARepeat(requests());
    List<TeacherAnswer> batch = teacher.rankAll(requests);
    assertThat(batch).as("answers of the batch").hasSameSizeAs(requests);
    for (int i = 0; i < requests.size(); i++) {
      check(requests.get(i), batch.get(i));
      if (deterministic()) {
        assertThat(batch.get(i).ranking())
            .as("ranking of the batch, place %d", i)
            .isEqualTo(teacher.rank(requests.get(i)).ranking());
      }
    }
    assertThat(teacher.rankAll(List.of())).as("an empty batch").isEmpty();
  }

  @Test
  default void theSameRequestGetsTheSameRanking() {
    assumeTrue(deterministic(), "not deterministic");
    TeacherLlm teacher = teacher();
    for (CandidateList request : requests()) {
      assertThat(teacher.rank(request).ranking())
          .as("the second answer")
          .isEqualTo(teacher.rank(request).ranking());
    }
  }

  @Test
  default void theIdentityIsThereAndStays() {
    TeacherLlm teacher = teacher();
    String before = teacher.identity();
    assertThat(before).as("identity").isNotBlank();
    teacher.rank(requests().get(0));
    assertThat(teacher.identity()).as("identity after an answer").isEqualTo(before);
  }

  @Test
  default void secretsStaySecret() {
    TeacherLlm teacher = teacher();
    for (String secret : secrets()) {
      assertThat(teacher.identity().contains(secret)).as("secret in identity()").isFalse();
      assertThat(teacher.toString().contains(secret)).as("secret in toString()").isFalse();
    }
  }

  @Test
  default void noCandidatesGetAnEmptyRanking() {
    assumeTrue(answersEmptyRequests(), "does not answer empty requests");
    CandidateList request = new CandidateList(Mention.of("heart attack"), List.of());
    Ranking ranking = teacher().rank(request).ranking();
    assertThat(ranking.request()).isEqualTo(request);
    assertThat(ranking.candidates()).isEmpty();
  }

  @Test
  default void severalThreadsGetTheirOwnAnswers() {
    TeacherLlm teacher = teacher();
    List<CandidateList> requests = requests();
    List<TeacherAnswer> alone = requests.stream().map(teacher::rank).toList();
    for (List<TeacherAnswer> thread :
        Together.call(() -> requests.stream().map(teacher::rank).toList())) {
      for (int i = 0; i < requests.size(); i++) {
        check(requests.get(i), thread.get(i));
        if (deterministic()) {
          assertThat(thread.get(i).ranking())
              .as("ranking beside other threads")
              .isEqualTo(alone.get(i).ranking());
        }
      }
    }
  }

  @Test
  default void severalBatchesAtOnceKeepTheirOrder() {
    TeacherLlm teacher = teacher();
    List<CandidateList> requests = requests();
    for (List<TeacherAnswer> batch : Together.call(() -> teacher.rankAll(requests))) {
      assertThat(batch).as("answers of a batch beside others").hasSameSizeAs(requests);
      for (int i = 0; i < requests.size(); i++) {
        check(requests.get(i), batch.get(i));
      }
    }
  }

  private static void check(CandidateList request, TeacherAnswer answer) {
    RpdrAssertions.assertThat(answer.ranking()).isAnswerTo(request);
  }
}
