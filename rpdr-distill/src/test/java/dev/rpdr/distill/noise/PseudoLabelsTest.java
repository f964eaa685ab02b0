package dev.rpdr.distill.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rpdr.CandidateList;
import dev.rpdr.Entity;
import dev.rpdr.Mention;
import dev.rpdr.Provenance;
import dev.rpdr.Ranking;
import dev.rpdr.Retriever;
import dev.rpdr.StudentReranker;
import dev.rpdr.TrainingExample;
import dev.rpdr.TrainingSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PseudoLabelsTest {
  private static final Entity A = Entity.of("A", "apple");
  private static final Entity B = Entity.of("B", "banana");
  private static final Entity C = Entity.of("C", "cherry");
  private static final Retriever FINDS_AB =
      (mention, k) -> CandidateList.of(mention, List.of(A, B));
  private static final Retriever FINDS_CA =
      (mention, k) ->
          CandidateList.of(mention, mention.text().equals("none") ? List.of() : List.of(C, A));

  @Test
  void theDistributionIsTheNormalisedGeometricMeanOverTheUnionOfCandidates() {
    PseudoLabels labels =
        PseudoLabels.builder()
            .retriever(FINDS_AB)
            .retriever(FINDS_CA)
            .student(student(Map.of("A", .4, "B", .2, "C", .0)), .1)
            .student(student(Map.of("A", 1., "B", 2., "C", .0)), 1)
            .build();

    TrainingSet set = labels.label(List.of(Mention.of("fruit"), Mention.of("fruit")), 0);

    // exponents: (4, 2, 0) and (1, 2, 0), their means (2.5, 2, 0)
    double sum = Math.exp(2.5) + Math.exp(2) + 1;
    assertThat(set.size()).isEqualTo(1);
    TrainingExample example = set.examples().get(0);
    assertThat(example.soft()).isTrue();
    assertThat(example.ranking().request().ids()).containsExactly("A", "C", "B");
    assertThat(example.ranking().ids()).containsExactly("A", "B", "C");
    assertThat(example.ranking().candidates().get(0).score())
        .isCloseTo(Math.exp(2.5) / sum, within(1e-9));
    assertThat(example.ranking().candidates().get(2).score()).isCloseTo(1 / sum, within(1e-9));
    assertThat(example.ranking().confidence()).isCloseTo(Math.exp(2.5) / sum, within(1e-9));
    assertThat(set.provenance().facts())
        .containsEntry("teacher", "2 students")
        .containsEntry("student.2.temperature", "1.0")
        .containsEntry("mentions", "1");
  }

  @Test
  void whatTheStudentsAreNotSureOfIsLeftOut() {
    StudentReranker sure = student(Map.of("A", 2., "B", .0));
    PseudoLabels labels = PseudoLabels.builder().retriever(FINDS_AB).student(sure, 1).build();
    List<Mention> mentions = List.of(Mention.of("one"), Mention.of("other"));

    assertThat(labels.label(mentions, .88).size()).as("1 / (1 + exp(-2)) is .8808").isEqualTo(2);
    assertThat(labels.label(mentions, .89).size()).isZero();
    assertThatThrownBy(() -> labels.label(mentions, 1.1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0 to 1, not 1.1");
  }

  @Test
  void mentionsWithoutACandidateAreLeftOut() {
    PseudoLabels labels =
        PseudoLabels.builder()
            .retriever(FINDS_CA)
            .student(student(Map.of("A", .0, "C", 1.)), 1)
            .build();

    TrainingSet set = labels.label(List.of(Mention.of("none"), Mention.of("some")), 0);

    assertThat(set.rankings()).extracting(one -> one.mention().text()).containsExactly("some");
  }

  @Test
  void aMissingPartAndImpossibleNumbersAreRefused() {
    assertThatThrownBy(() -> PseudoLabels.builder().retriever(FINDS_AB).build())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("one retriever and one student, not 1 and 0");
    assertThatThrownBy(() -> PseudoLabels.builder().student(student(Map.of()), 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("> 0, not 0.0");
    assertThatThrownBy(() -> PseudoLabels.builder().candidates(1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(">= 2, not 1");
  }

  private static StudentReranker student(Map<String, Double> scores) {
    return new StudentReranker() {
      @Override
      public Ranking rerank(CandidateList request) {
        return Ranking.byScore(
            request,
            request.ids().stream().mapToDouble(id -> scores.getOrDefault(id, -9.)).toArray());
      }

      @Override
      public Provenance provenance() {
        return Provenance.none().with("student.sha256", scores.toString());
      }

      @Override
      public void close() {}
    };
  }
}
