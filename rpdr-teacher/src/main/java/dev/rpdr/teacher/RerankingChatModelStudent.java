package dev.rpdr.teacher;

import dev.rpdr.Candidate;
import dev.rpdr.CandidateList;
import dev.rpdr.Outcome;
import dev.rpdr.Provenance;
import dev.rpdr.Ranking;
import dev.rpdr.StudentReranker;
import dev.rpdr.TeacherAnswer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * A student that is a language model of its own, fine-tuned on a teacher's rankings and served
 * locally: asked by the same template and read by the same parser as the teacher. Thread-safe;
 * deterministic as far as the served model is.
 *
 * <p>Candidates beyond the number asked for follow in the order of the request. A model that
 * learned the words of this library's own students is a {@link ChatModelStudent} instead.
 */
public final class RerankingChatModelStudent implements StudentReranker {
  private final LangChain4jTeacher model;
  private final Provenance provenance;
  private volatile boolean closed;

  private RerankingChatModelStudent(LangChain4jTeacher model, Provenance provenance) {
    this.model = Objects.requireNonNull(model, "model");
    this.provenance = provenance;
  }

  /**
   * A student over a chat model, set up as a teacher is: see {@link OpenAiTeachers#ollama}, {@link
   * OpenAiTeachers#vllm}, {@link OpenAiTeachers#llamaCpp}.
   */
  public static RerankingChatModelStudent of(LangChain4jTeacher model) {
    return of(model, Provenance.none());
  }

  /**
   * A student over a chat model.
   *
   * @param training where the served model comes from; the model's identity is added
   */
  public static RerankingChatModelStudent of(LangChain4jTeacher model, Provenance training) {
    return new RerankingChatModelStudent(
        model,
        training.with("student.kind", "chat-model").with("student.identity", model.identity()));
  }

  /**
   * {@inheritDoc}
   *
   * @throws dev.rpdr.RpdrException if the model gives no answer
   */
  @Override
  public Ranking rerank(CandidateList request) {
    requireOpen();
    return request.size() == 0
        ? new Ranking(request, List.of(), Outcome.ANSWERED)
        : whole(model.rank(request));
  }

  @Override
  public List<Ranking> rerankAll(List<CandidateList> requests) {
    requireOpen();
    return BoundedCalls.map(requests, model.concurrency(), this::rerank);
  }

  @Override
  public Provenance provenance() {
    return provenance;
  }

  /** Nothing is held; the server is not the student's. */
  @Override
  public void close() {
    closed = true;
  }

  @Override
  public String toString() {
    return "student " + model;
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the student is closed");
    }
  }

  private static Ranking whole(TeacherAnswer answer) {
    Ranking ranking = answer.ranking();
    CandidateList request = ranking.request();
    if (ranking.candidates().size() == request.size()) {
      return ranking;
    }
    List<Candidate> candidates = new ArrayList<>(ranking.candidates());
    Set<String> ranked = new HashSet<>(ranking.ids());
    for (Candidate candidate : request.candidates()) {
      if (ranked.add(candidate.id())) {
        candidates.add(new Candidate(candidate.entity(), 1.0 / (candidates.size() + 1)));
      }
    }
    return new Ranking(request, candidates, ranking.outcome());
  }
}
