package dev.rpdr.teacher;

import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.output.Response;
import dev.langchain4j.model.scoring.ScoringModel;
import dev.rpdr.Candidate;
import dev.rpdr.CandidateList;
import dev.rpdr.Entity;
import dev.rpdr.Mention;
import dev.rpdr.ModelException;
import dev.rpdr.Ranking;
import dev.rpdr.RpdrException;
import dev.rpdr.StudentReranker;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A student as LangChain4j's scoring model, say for its {@code ReRankingContentAggregator}: the
 * query is the mention and the segments are the candidates' names, in their order, which counts
 * where the student weighs it. How the ranking came about is told in the response's metadata,
 * {@code outcome} and {@code reason}.
 *
 * <p>Scores compare within one call only; they are the student's own, cosines or logits, so a least
 * score that suits one student does not suit another. Thread-safe as the student is, which stays
 * the caller's to close.
 */
public final class StudentScoringModel implements ScoringModel {
  private final StudentReranker student;

  private StudentScoringModel(StudentReranker student) {
    this.student = Objects.requireNonNull(student, "student");
  }

  /** A scoring model that asks a student. */
  public static StudentScoringModel of(StudentReranker student) {
    return new StudentScoringModel(student);
  }

  /**
   * {@inheritDoc}
   *
   * @param segments at least one, none of them blank
   * @param query not blank
   * @return one finite score a segment, in their order; higher is better
   * @throws IllegalArgumentException if there is no segment, or the query or a segment is blank
   * @throws ModelException if the student left a segment out
   * @throws RpdrException if the student fails
   */
  @Override
  public Response<List<Double>> scoreAll(List<TextSegment> segments, String query) {
    Objects.requireNonNull(query, "query");
    if (query.isBlank()) {
      throw new IllegalArgumentException("the query must not be blank");
    }
    if (segments.isEmpty()) {
      throw new IllegalArgumentException("there are no segments to score for '" + query + "'");
    }
    List<Entity> entities = new ArrayList<>(segments.size());
    for (int i = 0; i < segments.size(); i++) {
      String text = segments.get(i).text();
      if (text.isBlank()) {
        throw new IllegalArgumentException(
            "segment " + (i + 1) + " of " + segments.size() + " is blank");
      }
      entities.add(Entity.of(Integer.toString(i), text));
    }
    Ranking ranking = student.rerank(CandidateList.of(Mention.of(query), entities));
    Map<String, Object> facts = new HashMap<>();
    facts.put("outcome", ranking.outcome().label());
    facts.put("reason", ranking.outcome().reason());
    return Response.from(scores(ranking, entities), null, null, facts);
  }

  private static List<Double> scores(Ranking ranking, List<Entity> entities) {
    Map<String, Double> scoreOf = new HashMap<>();
    for (Candidate candidate : ranking.candidates()) {
      scoreOf.put(candidate.id(), candidate.score());
    }
    List<Double> scores = new ArrayList<>(entities.size());
    for (Entity entity : entities) {
      Double score = scoreOf.get(entity.id());
      if (score == null) {
        throw new ModelException(
            "the student scored "
                + scoreOf.size()
                + " of "
                + entities.size()
                + " segments for '"
                + ranking.mention().text()
                + "'; it left out '"
                + entity.name()
                + "'");
      }
      scores.add(score);
    }
    return scores;
  }

  @Override
  public String toString() {
    return "scoring model of student " + student.provenance().facts();
  }
}
