package dev.rpdr.teacher.journal;

import dev.rpdr.Candidate;
import dev.rpdr.CandidateList;
import dev.rpdr.Ranking;
import dev.rpdr.TeacherAnswer;
import dev.rpdr.TeacherLlm;
import dev.rpdr.teacher.ConcurrentTeacher;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Answers from a journal what it holds; otherwise asks, keeps, and then answers. Thread-safe. */
final class JournalingTeacher implements ConcurrentTeacher {
  private final FileJournal journal;
  private final TeacherLlm teacher;
  private final @Nullable String partOf;
  private final Map<String, CompletableFuture<TeacherAnswer>> underWay = new ConcurrentHashMap<>();

  JournalingTeacher(FileJournal journal, TeacherLlm teacher, @Nullable String partOf) {
    this.journal = journal;
    this.teacher = teacher;
    this.partOf = partOf;
  }

  @Override
  public TeacherAnswer rank(CandidateList request) {
    return rankAll(List.of(request)).get(0);
  }

  @Override
  public List<TeacherAnswer> rankAll(
      List<CandidateList> requests, Consumer<TeacherAnswer> arrived) {
    Batch batch = new Batch(teacher.identity(), arrived);
    List<CompletableFuture<TeacherAnswer>> answers = requests.stream().map(batch::add).toList();
    batch.ask();
    List<TeacherAnswer> bound = new ArrayList<>(requests.size());
    for (int i = 0; i < requests.size(); i++) {
      bound.add(bind(await(answers.get(i)), requests.get(i)));
    }
    return bound;
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
    return answer.withRanking(new Ranking(request, candidates, kept.outcome(), kept.confidence()));
  }

  /** The requests of one call. What the journal lacks and nobody is asking for, it asks for. */
  private final class Batch {
    private final String identity;
    private final Consumer<TeacherAnswer> arrived;
    private final Map<String, CompletableFuture<TeacherAnswer>> mine = new LinkedHashMap<>();
    private final Map<String, CandidateList> missing = new LinkedHashMap<>();

    Batch(String identity, Consumer<TeacherAnswer> arrived) {
      this.identity = identity;
      this.arrived = arrived;
    }

    CompletableFuture<TeacherAnswer> add(CandidateList request) {
      String key = JournalRecord.key(identity, request);
      TeacherAnswer kept = journal.find(key);
      if (kept != null) {
        return handOver(kept, request);
      }
      CompletableFuture<TeacherAnswer> future = new CompletableFuture<>();
      CompletableFuture<TeacherAnswer> theirs = underWay.putIfAbsent(key, future);
      if (theirs != null) {
        return theirs;
      }
      mine.put(key, future);
      kept = journal.find(key); // another thread may have kept it just now
      if (kept == null) {
        missing.put(key, request);
        return future;
      }
      future.complete(kept);
      return handOver(kept, request);
    }

    void ask() {
      try {
        List<CandidateList> requests = List.copyOf(missing.values());
        if (teacher instanceof ConcurrentTeacher concurrent) {
          concurrent.rankAll(requests, this::keep);
        } else {
          requests.forEach(request -> keep(teacher.rank(request)));
        }
        IllegalStateException silent =
            new IllegalStateException("teacher '" + identity + "' left out a request");
        mine.values().forEach(future -> future.completeExceptionally(silent));
      } catch (RuntimeException | Error e) {
        mine.values().forEach(future -> future.completeExceptionally(e));
        throw e;
      } finally {
        mine.forEach(underWay::remove);
      }
    }

    private void keep(TeacherAnswer answer) {
      CandidateList request = answer.ranking().request();
      String key = JournalRecord.key(identity, request);
      if (!request.equals(missing.get(key))) {
        throw new IllegalStateException(
            "teacher '"
                + identity
                + "' answered another request than it was asked ('"
                + request.mention().text()
                + "')");
      }
      journal.append(key, new JournalRecord(identity, partOf, answer, Instant.now()));
      Objects.requireNonNull(mine.get(key), "asked for by this batch").complete(answer);
      arrived.accept(answer);
    }

    private CompletableFuture<TeacherAnswer> handOver(TeacherAnswer kept, CandidateList request) {
      arrived.accept(bind(kept, request));
      return CompletableFuture.completedFuture(kept);
    }
  }
}
