package dev.rpdr.testkit;

import dev.rpdr.CandidateList;
import dev.rpdr.NonRetriableException;
import dev.rpdr.Outcome;
import dev.rpdr.Ranking;
import dev.rpdr.RetriableException;
import dev.rpdr.TeacherAnswer;
import dev.rpdr.TeacherLlm;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * A teacher with the faults of a service on the network, for testing what is built on teachers. It
 * shows what an application would see: failures are {@link RetriableException}s; of answers that
 * were spoilt come rankings with the outcome that a forgiving parser reports (repaired, fell back)
 * and the spoilt text as raw text. A timeout is thrown at once; only {@link Fault#SLOW_DRIP} takes
 * time. Thread-safe if the teacher behind it is.
 */
public final class FaultyTeacher implements TeacherLlm {
  private final TeacherLlm teacher;
  private final Faults faults;

  private FaultyTeacher(TeacherLlm teacher, Faults faults) {
    this.teacher = teacher;
    this.faults = faults;
  }

  /**
   * A teacher with faults.
   *
   * @param teacher who answers where nothing goes wrong
   * @param faults what goes wrong; it counts the requests of this teacher
   */
  public static FaultyTeacher of(TeacherLlm teacher, Faults faults) {
    return new FaultyTeacher(
        Objects.requireNonNull(teacher, "teacher"), Objects.requireNonNull(faults, "faults"));
  }

  /**
   * {@inheritDoc}
   *
   * @throws RetriableException if the request meets a fault that leaves it without an answer
   */
  @Override
  public TeacherAnswer rank(CandidateList request) {
    if (request.size() == 0) {
      return teacher.rank(request);
    }
    Fault fault = faults.next().orElse(null);
    if (fault == null) {
      return teacher.rank(request);
    }
    return switch (fault) {
      case RATE_LIMIT ->
          throw new RetriableException(
              "rate limit (HTTP 429); retry after " + faults.retryAfter().toSeconds() + " s",
              null,
              faults.retryAfter());
      case SERVER_ERROR -> throw new RetriableException("server error (HTTP 500)");
      case TIMEOUT -> throw new RetriableException("timeout: no answer came");
      case MALFORMED_BODY -> throw new RetriableException("malformed body: it breaks off");
      case CONNECTION_RESET -> throw new RetriableException("the connection was reset");
      case SLOW_DRIP -> {
        pause();
        yield teacher.rank(request);
      }
      default -> spoilt(fault, teacher.rank(request));
    };
  }

  /** That of the teacher behind it: faults do not change who answers. */
  @Override
  public String identity() {
    return teacher.identity();
  }

  /** What went wrong so far. */
  public Faults faults() {
    return faults;
  }

  @Override
  public String toString() {
    return "FaultyTeacher[" + teacher + ", " + faults + "]";
  }

  private void pause() {
    try {
      Thread.sleep(faults.drip().toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NonRetriableException("interrupted while waiting for a slow answer", e);
    }
  }

  private static TeacherAnswer spoilt(Fault fault, TeacherAnswer answer) {
    Ranking ranking = answer.ranking();
    if (ranking.candidates().isEmpty()) {
      return answer;
    }
    String raw = answer.rawText();
    String text = fault.spoil(raw == null ? String.join(" > ", ranking.ids()) : raw);
    Ranking seen =
        switch (fault) {
          case FENCES -> repaired(ranking, ranking.ids(), "code fence removed");
          case PROSE -> repaired(ranking, ranking.ids(), "prose ignored");
          case REPEATS -> repaired(ranking, ranking.ids(), "repeats dropped: 1");
          case OUT_OF_RANGE -> repaired(ranking, ranking.ids(), "unknown entries dropped: 1");
          case MISSING -> halved(ranking);
          case EMPTY -> Ranking.fellBack(ranking.request(), "empty answer");
          default -> Ranking.fellBack(ranking.request(), "no ranking in the answer");
        };
    return new TeacherAnswer(
        seen, text, answer.model(), answer.usage(), answer.finishReason(), answer.latency());
  }

  /** The first half as the teacher ranked it, then as many more in the order of the request. */
  private static Ranking halved(Ranking ranking) {
    List<String> ids = ranking.ids();
    List<String> kept = AnswerEntries.firstHalf(ids);
    int missing = ids.size() - kept.size();
    if (missing == 0) {
      return ranking;
    }
    Set<String> order = new LinkedHashSet<>(kept);
    order.addAll(ranking.request().ids());
    List<String> filled = order.stream().limit(ids.size()).toList();
    return repaired(ranking, filled, "missing appended: " + missing);
  }

  private static Ranking repaired(Ranking ranking, List<String> ids, String reason) {
    Map<String, Integer> places = ranking.request().places();
    List<Integer> order = ids.stream().map(places::get).toList();
    return Ranking.byPlaces(ranking.request(), order, new Outcome.Repaired(reason));
  }
}
