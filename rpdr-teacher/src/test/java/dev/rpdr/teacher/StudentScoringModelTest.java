package dev.rpdr.teacher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.output.Response;
import dev.langchain4j.rag.content.Content;
import dev.langchain4j.rag.content.aggregator.ReRankingContentAggregator;
import dev.langchain4j.rag.query.Query;
import dev.rpdr.CandidateList;
import dev.rpdr.ModelException;
import dev.rpdr.Outcome;
import dev.rpdr.Provenance;
import dev.rpdr.Ranking;
import dev.rpdr.StudentReranker;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class StudentScoringModelTest {
  private static final List<TextSegment> SEGMENTS =
      List.of(
          TextSegment.from("Cough"), TextSegment.from("Fever of unknown origin"),
          TextSegment.from("Itch"), TextSegment.from("Cough"));

  /** Prefers long names. */
  private final StudentScoringModel model =
      model(
          request ->
              Ranking.byScore(
                  request,
                  request.candidates().stream()
                      .mapToDouble(candidate -> candidate.entity().name().length())
                      .toArray()));

  @Test
  void eachSegmentGetsItsScoreInTheOrderOfTheSegments() {
    Response<List<Double>> response = model.scoreAll(SEGMENTS, "hot");

    assertThat(response.content()).containsExactly(5.0, 23.0, 4.0, 5.0);
    assertThat(response.metadata())
        .containsEntry("outcome", "answered")
        .containsEntry("reason", "");
    assertThat(model.score("Itch", "scratchy").content()).isEqualTo(4);
  }

  @Test
  void retrievedContentsAreReRanked() {
    Query query = Query.from("hot");
    List<Content> found = SEGMENTS.subList(0, 3).stream().map(Content::from).toList();

    List<Content> ranked =
        ReRankingContentAggregator.builder()
            .scoringModel(model)
            .maxResults(2)
            .build()
            .aggregate(Map.of(query, List.of(found)));

    assertThat(ranked)
        .extracting(content -> content.textSegment().text())
        .containsExactly("Fever of unknown origin", "Cough");
  }

  @Test
  void howARankingCameAboutIsTold() {
    StudentScoringModel falling = model(request -> Ranking.fellBack(request, "no answer"));

    assertThat(falling.scoreAll(SEGMENTS, "hot").metadata())
        .containsEntry("outcome", "fell-back")
        .containsEntry("reason", "no answer");
  }

  @Test
  void nothingToScoreIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> model.scoreAll(List.of(), "hot"))
        .withMessage("there are no segments to score for 'hot'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> model.scoreAll(SEGMENTS, " "))
        .withMessage("the query must not be blank");
  }

  @Test
  void aStudentThatLeavesASegmentOutIsNamed() {
    StudentScoringModel forgetful =
        model(request -> Ranking.byPlaces(request, List.of(1, 0), Outcome.ANSWERED));

    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> forgetful.scoreAll(SEGMENTS, "hot"))
        .withMessage("the student scored 2 of 4 segments for 'hot'; it left out 'Itch'");
  }

  @Test
  void aScoreThatIsNoNumberIsRefused() {
    StudentScoringModel broken =
        model(request -> Ranking.byScore(request, new double[] {1, Double.NaN, 2, 3}));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> broken.scoreAll(SEGMENTS, "hot"))
        .withMessageContaining("must be finite, not NaN");
  }

  private static StudentScoringModel model(Function<CandidateList, Ranking> ranker) {
    return StudentScoringModel.of(
        new StudentReranker() {
          @Override
          public Ranking rerank(CandidateList request) {
            return ranker.apply(request);
          }

          @Override
          public Provenance provenance() {
            return Provenance.none().with("student.kind", "fake");
          }

          @Override
          public void close() {}
        });
  }
}
