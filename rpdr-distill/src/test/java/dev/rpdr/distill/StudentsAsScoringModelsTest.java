package dev.rpdr.distill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.scoring.ScoringModel;
import dev.rpdr.CandidateList;
import dev.rpdr.Entity;
import dev.rpdr.Mention;
import dev.rpdr.Ranking;
import dev.rpdr.StudentReranker;
import dev.rpdr.nn.RunOptions;
import dev.rpdr.teacher.ScoringModelStudent;
import dev.rpdr.teacher.StudentScoringModel;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real students behind LangChain4j's interface, and back again. */
class StudentsAsScoringModelsTest {
  private static final CandidateList REQUEST =
      CandidateList.of(
          Mention.of("pink eye"),
          List.of(
              Entity.of("1", "Senile cataract"),
              Entity.of("2", "Conjunctivitis"),
              Entity.of("3", "Pink eyes"),
              Entity.of("4", "Fracture of the femur")));

  @TempDir Path folder;

  @Test
  void aBiEncoderScoresSegments() {
    try (StudentReranker student = BiEncoderStudent.open(StudentFixture.biEncoder(folder))) {
      ScoringModel model = StudentScoringModel.of(student);

      assertThat(model.score("Pink eyes", "pink eye").content())
          .isGreaterThan(model.score("Fracture of the femur", "pink eye").content());
      assertSameThereAndBack(student);
    }
  }

  @Test
  void aCrossEncoderScoresSegments() {
    try (StudentReranker student =
        CrossEncoderStudent.of(SmallCrossEncoder.write(folder), 32, RunOptions.defaults())) {
      assertSameThereAndBack(student);
      List<Double> scores = scores(student);
      assertThat(new TreeSet<>(scores)).as("different scores").hasSize(4);
    }
  }

  @Test
  void aClosedStudentScoresNothing() {
    StudentReranker student =
        CrossEncoderStudent.of(SmallCrossEncoder.write(folder), 32, RunOptions.defaults());
    student.close();

    assertThatIllegalStateException().isThrownBy(() -> scores(student));
  }

  private static void assertSameThereAndBack(StudentReranker student) {
    Ranking direct = student.rerank(REQUEST);
    List<Double> scores = scores(student);
    for (int i = 0; i < REQUEST.size(); i++) {
      String id = REQUEST.entity(i).id();
      assertThat(scores.get(i))
          .isCloseTo(direct.candidates().get(direct.ids().indexOf(id)).score(), within(1e-5));
    }
    StudentReranker back = ScoringModelStudent.of(StudentScoringModel.of(student), "round trip");
    assertThat(back.rerank(REQUEST).ids()).isEqualTo(direct.ids());
  }

  private static List<Double> scores(StudentReranker student) {
    List<TextSegment> segments =
        REQUEST.candidates().stream()
            .map(candidate -> TextSegment.from(candidate.entity().name()))
            .toList();
    return StudentScoringModel.of(student).scoreAll(segments, REQUEST.mention().text()).content();
  }
}
