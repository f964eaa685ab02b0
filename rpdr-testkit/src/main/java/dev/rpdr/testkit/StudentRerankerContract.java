package dev.rpdr.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rpdr.CandidateList;
import dev.rpdr.Mention;
import dev.rpdr.Provenance;
import dev.rpdr.Ranking;
import dev.rpdr.StudentReranker;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What every {@link StudentReranker} promises. A test class implements this interface and says how
 * to come by its student. Capabilities are on; a student that lacks one overrides the method of its
 * name.
 */
public interface StudentRerankerContract {
  /** An open student; may be the same at each call, for the contract does not close it. */
  StudentReranker student();

  /** A student opened anew, which the contract closes. */
  StudentReranker openStudent();

  /** What it is asked: {@link ContractData#requests()}; at least one, none of them empty. */
  default List<CandidateList> requests() {
    return ContractData.requests();
  }

  /** How far scores of a batch may lie from those of single calls, relative above 1. */
  default double tolerance() {
    return 1e-4;
  }

  /** Whether a student that was closed refuses to work; off where there is nothing to release. */
  default boolean refusesAfterClose() {
    return true;
  }

  @Test
  default void allCandidatesAreRankedAndNothingElse() {
    StudentReranker student = student();
    for (CandidateList request : requests()) {
      RpdrAssertions.assertThat(student.rerank(request)).isAnswerTo(request).ranksAllCandidates();
    }
  }

  @Test
  default void theSameRequestGetsTheSameRanking() {
    StudentReranker student = student();
    for (CandidateList request : requests()) {
      assertThat(student.rerank(request))
          .as("the second ranking")
          .isEqualTo(student.rerank(request));
    }
  }

  @Test
  default void aBatchGivesWhatSingleCallsGiveInTheSameOrder() {
    StudentReranker student = student();
    List<CandidateList> requests = ContractData.withARepeat(requests());
    List<Ranking> batch = student.rerankAll(requests);
    assertThat(batch).as("rankings of the batch").hasSameSizeAs(requests);
    for (int i = 0; i < requests.size(); i++) {
      Ranking single = student.rerank(requests.get(i));
      RpdrAssertions.assertThat(batch.get(i)).isAnswerTo(requests.get(i)).ranksAllCandidates();
      new Agreement(tolerance())
          .check("batch and single", single.candidates(), batch.get(i).candidates());
    }
    assertThat(student.rerankAll(List.of())).as("an empty batch").isEmpty();
  }

  @Test
  default void anEmptyRequestGetsAnEmptyRanking() {
    StudentReranker student = student();
    CandidateList empty = new CandidateList(Mention.of("heart attack"), List.of());
    RpdrAssertions.assertThat(student.rerank(empty)).isAnswerTo(empty);
    CandidateList full = requests().get(0);
    List<Ranking> batch = student.rerankAll(List.of(empty, full, empty));
    assertThat(batch).as("a batch with empty requests").hasSize(3);
    RpdrAssertions.assertThat(batch.get(0)).isAnswerTo(empty);
    RpdrAssertions.assertThat(batch.get(1)).isAnswerTo(full).ranksAllCandidates();
    RpdrAssertions.assertThat(batch.get(2)).isAnswerTo(empty);
  }

  @Test
  default void theProvenanceIsThereAndStays() {
    StudentReranker student = student();
    Provenance provenance = student.provenance();
    assertThat(provenance).as("provenance").isNotNull();
    student.rerank(requests().get(0));
    assertThat(student.provenance()).as("provenance after work").isEqualTo(provenance);
  }

  @Test
  default void severalThreadsGetWhatOneGets() {
    StudentReranker student = student();
    List<CandidateList> requests = requests();
    List<Ranking> alone = requests.stream().map(student::rerank).toList();
    for (List<Ranking> thread :
        Together.call(() -> requests.stream().map(student::rerank).toList())) {
      for (int i = 0; i < requests.size(); i++) {
        RpdrAssertions.assertThat(thread.get(i)).isAnswerTo(requests.get(i));
        new Agreement(tolerance())
            .check(
                "alone and beside others", alone.get(i).candidates(), thread.get(i).candidates());
      }
    }
  }

  @Test
  default void studentsOpenedTwiceAgreeAndAreIndependent() {
    CandidateList request = requests().get(requests().size() - 1);
    try (StudentReranker one = openStudent()) {
      Ranking before = one.rerank(request);
      StudentReranker other = openStudent();
      Ranking same = other.rerank(request);
      other.close();
      assertThat(same).as("ranking of a second student").isEqualTo(before);
      assertThat(one.rerank(request)).as("ranking after the other was closed").isEqualTo(before);
    }
  }

  @Test
  default void closingTwiceIsHarmless() {
    StudentReranker student = openStudent();
    student.rerank(requests().get(0));
    assertThatCode(
            () -> {
              student.close();
              student.close();
            })
        .as("closing twice")
        .doesNotThrowAnyException();
  }

  @Test
  default void aClosedStudentRefusesToWork() {
    assumeTrue(refusesAfterClose(), "holds nothing that could be closed");
    StudentReranker student = openStudent();
    student.close();
    CandidateList request = requests().get(0);
    assertThatThrownBy(() -> student.rerank(request))
        .as("rerank after close")
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> student.rerankAll(List.of(request)))
        .as("rerankAll after close")
        .isInstanceOf(IllegalStateException.class);
  }
}
