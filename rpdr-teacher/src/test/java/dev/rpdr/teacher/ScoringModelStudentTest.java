package dev.rpdr.teacher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.exception.HttpException;
import dev.langchain4j.model.output.Response;
import dev.langchain4j.model.scoring.ScoringModel;
import dev.rpdr.CandidateList;
import dev.rpdr.Entity;
import dev.rpdr.Mention;
import dev.rpdr.ModelException;
import dev.rpdr.NonRetriableException;
import dev.rpdr.Ranking;
import dev.rpdr.RetriableException;
import dev.rpdr.StudentReranker;
import dev.rpdr.testkit.StudentRerankerContract;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ScoringModelStudentTest implements StudentRerankerContract {
  private static final CandidateList REQUEST =
      CandidateList.of(
          Mention.of("pain in the head"),
          List.of(
              Entity.of("1", "Abdominal pain"),
              Entity.of("2", "Head pain", "Headache"),
              Entity.of("3", "Nausea")));

  @Override
  public StudentReranker student() {
    return openStudent();
  }

  @Override
  public StudentReranker openStudent() {
    return ScoringModelStudent.of(new WordsInCommon(), "words-in-common");
  }

  @Test
  void candidatesAreRankedByTheModelsScores() {
    StudentReranker student = student();

    Ranking ranking = student.rerank(REQUEST);

    assertThat(ranking.ids()).containsExactly("2", "1", "3");
    assertThat(ranking.candidates().get(0).score()).isEqualTo(2);
    assertThat(student.provenance().facts())
        .containsEntry("student.kind", "scoring-model")
        .containsEntry("student.identity", "words-in-common");
  }

  @Test
  void mentionAndPreferredNamesAreWhatTheModelReads() {
    StudentReranker student =
        ScoringModelStudent.of(
            (segments, query) -> {
              assertThat(query).isEqualTo("pain in the head");
              assertThat(segments)
                  .extracting(TextSegment::text)
                  .containsExactly("Abdominal pain", "Head pain", "Nausea");
              return Response.from(List.of(3.0, 2.0, 1.0));
            },
            "checked");

    assertThat(student.rerank(REQUEST).ids()).containsExactly("1", "2", "3");
  }

  @Test
  void scoresThatDoNotFitAreRefused() {
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> answering(1.0, 2.0).rerank(REQUEST))
        .withMessage("fake gave 2 scores for 3 candidates of 'pain in the head'");
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> answering(1.0, Double.NaN, 2.0).rerank(REQUEST))
        .withMessage(
            "fake gave the score NaN to 'Head pain' for 'pain in the head'; a finite number is"
                + " needed");
    Double[] unfinished = new Double[3];
    unfinished[0] = 1.0;
    unfinished[1] = 2.0;
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> answering(unfinished).rerank(REQUEST))
        .withMessageContaining("the score null to 'Nausea'");
  }

  @Test
  void failuresSayWhetherAskingAgainMayHelp() {
    assertThatExceptionOfType(RetriableException.class)
        .isThrownBy(() -> failing(new HttpException(429, "slow down")).rerank(REQUEST))
        .withMessageContaining("fake gave no answer for 'pain in the head'");
    assertThatExceptionOfType(NonRetriableException.class)
        .isThrownBy(() -> failing(new HttpException(401, "who are you")).rerank(REQUEST))
        .withMessageContaining("who are you");
  }

  @Test
  void aModelWithoutANameIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ScoringModelStudent.of(new WordsInCommon(), " "))
        .withMessageContaining("identity must name the model");
  }

  private static StudentReranker answering(Double... scores) {
    return ScoringModelStudent.of(
        (segments, query) -> Response.from(Arrays.asList(scores)), "fake");
  }

  private static StudentReranker failing(RuntimeException failure) {
    return ScoringModelStudent.of(
        (segments, query) -> {
          throw failure;
        },
        "fake");
  }

  /** How many words of the query a segment has. */
  private static final class WordsInCommon implements ScoringModel {
    @Override
    public Response<List<Double>> scoreAll(List<TextSegment> segments, String query) {
      return Response.from(
          segments.stream().map(segment -> inCommon(segment.text(), query)).toList());
    }

    private static Double inCommon(String text, String query) {
      Set<String> words = words(text);
      words.retainAll(words(query));
      return (double) words.size();
    }

    private static Set<String> words(String text) {
      return new HashSet<>(Arrays.asList(text.toLowerCase(Locale.ROOT).split("\\W+", -1)));
    }
  }
}
