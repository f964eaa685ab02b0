package dev.rpdr.distill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rpdr.CandidateList;
import dev.rpdr.NonRetriableException;
import dev.rpdr.Outcome;
import dev.rpdr.Provenance;
import dev.rpdr.Ranking;
import dev.rpdr.RetriableException;
import dev.rpdr.StudentReranker;
import dev.rpdr.TeacherLlm;
import dev.rpdr.testkit.ScriptedTeacher;
import java.util.List;
import org.junit.jupiter.api.Test;

class EscalatingRerankerTest {
  private static final List<CandidateList> REQUESTS =
      List.of(
          CalibrationTest.ranking(.9).request(),
          CalibrationTest.ranking(.2).request(),
          CalibrationTest.ranking(.1).request());

  /** The margin is the confidence. */
  private static final CalibratedStudent STUDENT =
      CalibratedStudent.of(
          new ByName(),
          Calibration.fit(
              List.of(CalibrationTest.ranking(0), CalibrationTest.ranking(1)),
              List.of(false, true)));

  private final ScriptedTeacher stronger =
      ScriptedTeacher.builder()
          .identity("stronger")
          .whenMention(text -> true)
          .rank("3", "1")
          .build();

  @Test
  void whatTheStudentIsNotSureOfIsAskedAbout() {
    EscalatingReranker reranker = EscalatingReranker.of(STUDENT, stronger, .5, 10);

    List<Ranking> rankings = reranker.rerankAll(REQUESTS);

    assertThat(rankings.get(0).ids()).containsExactly("1", "2", "3");
    assertThat(rankings.get(0).confidence()).isEqualTo(.9);
    assertThat(rankings.get(1).ids()).containsExactly("3", "1", "2");
    assertThat(rankings.get(2).ids()).containsExactly("3", "1", "2");
    assertThat(rankings.get(2).outcome()).isInstanceOf(Outcome.Answered.class);
    assertThat(reranker.asked()).isEqualTo(2);
    assertThat(reranker.provenance().facts()).containsEntry("escalates.to", "stronger");
  }

  @Test
  void aBoundOfOneAsksAboutWhatIsCertainToo() {
    CandidateList certain = CalibrationTest.ranking(1).request();
    assertThat(STUDENT.rerank(certain).confidence()).isEqualTo(1);

    assertThat(EscalatingReranker.of(STUDENT, stronger, 1, 10).rerank(certain).ids())
        .containsExactly("3", "1", "2");
    assertThat(EscalatingReranker.of(STUDENT, stronger, .99, 10).rerank(certain).ids())
        .containsExactly("1", "2", "3");
  }

  @Test
  void questionsThatRunOutGoToTheLeastSureFirst() {
    EscalatingReranker reranker = EscalatingReranker.of(STUDENT, stronger, .5, 1);

    List<Ranking> rankings = reranker.rerankAll(REQUESTS);

    assertThat(rankings.get(1).ids()).containsExactly("1", "2", "3");
    assertThat(rankings.get(2).ids()).containsExactly("3", "1", "2");
    assertThat(reranker.rerank(REQUESTS.get(2)).ids()).containsExactly("1", "2", "3");
    assertThat(stronger.requestCount()).isEqualTo(1);
  }

  @Test
  void aFailureThatMayPassLeavesTheStudentsRanking() {
    TeacherLlm busy =
        TeacherLlm.of(
            "busy",
            request -> {
              throw new RetriableException("too many requests");
            });
    EscalatingReranker reranker = EscalatingReranker.of(STUDENT, busy, .5, 10);

    assertThat(reranker.rerank(REQUESTS.get(2)).ids()).containsExactly("1", "2", "3");
    assertThat(reranker.asked()).isZero();
  }

  @Test
  void aFailureThatWillNotPassIsThrown() {
    TeacherLlm refused =
        TeacherLlm.of(
            "refused",
            request -> {
              throw new NonRetriableException("the key was refused");
            });

    assertThatThrownBy(
            () -> EscalatingReranker.of(STUDENT, refused, .5, 10).rerank(REQUESTS.get(2)))
        .isInstanceOf(NonRetriableException.class)
        .hasMessage("the key was refused");
  }

  @Test
  void boundsOutOfRangeAreRefused() {
    assertThatThrownBy(() -> EscalatingReranker.of(STUDENT, stronger, 1.5, 10))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("bound must be 0 to 1, not 1.5");
    assertThatThrownBy(() -> EscalatingReranker.of(STUDENT, stronger, .5, -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("questions must be >= 0, not -1");
  }

  /** Ranks a mention named "margin M" by that margin. */
  private static final class ByName implements StudentReranker {
    @Override
    public Ranking rerank(CandidateList request) {
      double margin = Double.parseDouble(request.mention().text().substring("margin ".length()));
      return Ranking.byScore(request, new double[] {margin, 0, -1});
    }

    @Override
    public Provenance provenance() {
      return Provenance.none();
    }

    @Override
    public void close() {
      // holds nothing
    }
  }
}
