package dev.rpdr.teacher;

import dev.rpdr.Candidate;
import dev.rpdr.CandidateList;
import dev.rpdr.Ranking;
import dev.rpdr.TeacherAnswer;
import dev.rpdr.TeacherLlm;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;

/** Answers from a journal what it holds; otherwise asks, keeps, and then answers. Thread-safe. */
final class JournalingTeacher implements ConcurrentTeacher {
  private final FileJournal journal;
  private final TeacherLlm teacher;
  private final Map<String, CompletableFuture<TeacherAnswer>> underWay = new ConcurrentHashMap<>();

  JournalingTeacher(FileJournal journal, TeacherLlm teacher) {
    this.journal = journal;
    this.teacher = teacher;
  }

  @Override
  public TeacherAnswer rank(CandidateList request) {
    String identity = teacher.identity();
    String key = RecordedItem.key(identity, request);
    TeacherAnswer kept = journal.find(key);
    if (kept != null) {
      return bind(kept, request);
    }
    CompletableFuture<TeacherAnswer> mine = new CompletableFuture<>();
    CompletableFuture<TeacherAnswer> theirs = underWay.putIfAbsent(key, mine);
    return bind(theirs == null ? ask(key, identity, request, mine) : await(theirs), request);
  }

  @Override
  public List<TeacherAnswer> rankAll(List<CandidateList> requests) {
    return BoundedCalls.map(requests, concurrency(), this::rank);
  }

  @Override
  public String identity() {
    return teacher.identity();
  }

  @Override
  public int concurrency() {
    return teacher instanceof ConcurrentTeacher concurrent ? concurrent.concurrency() : 1;
  }

  @Override
  public String toString() {
    return "journaling " + teacher + " in " + journal.path();
  }

  private TeacherAnswer ask(
      String key, String identity, CandidateList request, CompletableFuture<TeacherAnswer> mine) {
    try {
      TeacherAnswer answer = journal.find(key); // another thread may have kept it just now
      if (answer == null) {
        answer = teacher.rank(request);
        requireAnswerTo(request, answer);
        journal.append(key, identity, answer);
      }
      mine.complete(answer);
      return answer;
    } catch (RuntimeException | Error e) {
      mine.completeExceptionally(e);
      throw e;
    } finally {
      underWay.remove(key, mine);
    }
  }

  private static TeacherAnswer await(CompletableFuture<TeacherAnswer> theirs) {
    try {
      return theirs.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException runtime) {
        throw runtime;
      }
      throw e;
    }
  }

  private void requireAnswerTo(CandidateList request, TeacherAnswer answer) {
    if (!answer.ranking().request().equals(request)) {
      throw new IllegalStateException(
          "teacher '"
              + teacher.identity()
              + "' answered another request than it was asked ('"
              + request.mention().text()
              + "')");
    }
  }

  /** The kept answer on the caller's own request, whose scores and synonyms may be others. */
  private static TeacherAnswer bind(TeacherAnswer answer, CandidateList request) {
    Ranking kept = answer.ranking();
    if (kept.request().equals(request)) {
      return answer;
    }
    Map<String, Integer> places = request.places();
    List<Candidate> candidates = new ArrayList<>(kept.candidates().size());
    for (Candidate candidate : kept.candidates()) {
      int place =
          Objects.requireNonNull(places.get(candidate.id()), "equal keys, equal candidates");
      candidates.add(new Candidate(request.entity(place), candidate.score()));
    }
    return answer.withRanking(new Ranking(request, candidates, kept.outcome()));
  }
}
