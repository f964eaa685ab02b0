package dev.rpdr.teacher;

import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.scoring.ScoringModel;
import dev.rpdr.CandidateList;
import dev.rpdr.ModelException;
import dev.rpdr.Outcome;
import dev.rpdr.Provenance;
import dev.rpdr.Ranking;
import dev.rpdr.RetriableException;
import dev.rpdr.RpdrException;
import dev.rpdr.StudentReranker;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Any scoring model of LangChain4j as a student: a re-ranker of one's own, local or served. The
 * mention is the query and the candidates' preferred names are the segments; synonyms and context
 * are not read. One call a request. Thread-safe and deterministic as far as the model is, which
 * stays the caller's to close.
 */
public final class ScoringModelStudent implements StudentReranker {
  private final ScoringModel model;
  private final String identity;
  private volatile boolean closed;

  private ScoringModelStudent(ScoringModel model, String identity) {
    this.model = Objects.requireNonNull(model, "model");
    this.identity = Objects.requireNonNull(identity, "identity");
    if (identity.isBlank()) {
      throw new IllegalArgumentException(
          "identity must name the model, for reports and errors, and not be blank");
    }
  }

  /**
   * A student over a scoring model.
   *
   * @param identity which model it is, with its version, for provenance and errors; LangChain4j's
   *     models do not say
   */
  public static ScoringModelStudent of(ScoringModel model, String identity) {
    return new ScoringModelStudent(model, identity);
  }

  /**
   * {@inheritDoc}
   *
   * @throws ModelException if the model gives another number of scores than there are candidates,
   *     or a score that is no finite number
   * @throws RetriableException if it fails in a way that may pass, such as a rate limit
   * @throws RpdrException if it fails in another way
   */
  @Override
  public Ranking rerank(CandidateList request) {
    if (closed) {
      throw new IllegalStateException("the student is closed");
    }
    if (request.size() == 0) {
      return new Ranking(request, List.of(), Outcome.ANSWERED);
    }
    List<@Nullable Double> scores = ask(request);
    if (scores == null || scores.size() != request.size()) {
      throw new ModelException(
          identity
              + " gave "
              + (scores == null ? "no" : scores.size())
              + " scores for "
              + request.size()
              + " candidates of '"
              + request.mention().text()
              + "'");
    }
    double[] numbers = new double[scores.size()];
    for (int i = 0; i < numbers.length; i++) {
      Double score = scores.get(i);
      if (score == null || !Double.isFinite(score)) {
        throw new ModelException(
            identity
                + " gave the score "
                + score
                + " to '"
                + request.entity(i).name()
                + "' for '"
                + request.mention().text()
                + "'; a finite number is needed");
      }
      numbers[i] = score;
    }
    return Ranking.byScore(request, numbers);
  }

  @Override
  public Provenance provenance() {
    return Provenance.none()
        .with("student.kind", "scoring-model")
        .with("student.identity", identity);
  }

  /** Nothing is held; the model is the caller's. */
  @Override
  public void close() {
    closed = true;
  }

  @Override
  public String toString() {
    return "student " + identity;
  }

  private @Nullable List<@Nullable Double> ask(CandidateList request) {
    List<TextSegment> segments =
        request.candidates().stream()
            .map(candidate -> TextSegment.from(candidate.entity().name()))
            .toList();
    String mention = request.mention().text();
    try {
      return model.scoreAll(segments, mention).content();
    } catch (RuntimeException e) {
      throw ChatFailures.of(identity, mention, e);
    }
  }
}
