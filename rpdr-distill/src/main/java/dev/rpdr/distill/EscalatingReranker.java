package dev.rpdr.distill;

import dev.rpdr.Candidate;
import dev.rpdr.CandidateList;
import dev.rpdr.Provenance;
import dev.rpdr.Ranking;
import dev.rpdr.RetriableException;
import dev.rpdr.StudentReranker;
import dev.rpdr.TeacherAnswer;
import dev.rpdr.TeacherLlm;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A student that asks a stronger ranker where it is not sure, up to a number of questions. Of a
 * batch the least sure mentions are asked about first. When the questions are used up, or the other
 * fails in a way that may pass, the student's own ranking stands; the other's further failures are
 * thrown.
 *
 * <p>A ranking of the other's keeps its outcome, has no confidence, and is completed by the
 * student's order of what it left out. Closing closes the student. As thread-safe as both.
 */
public final class EscalatingReranker implements StudentReranker {
  private static final Logger log = LoggerFactory.getLogger(EscalatingReranker.class);

  private final CalibratedStudent student;
  private final TeacherLlm stronger;
  private final double bound;
  private final AtomicLong left;
  private final AtomicLong asked = new AtomicLong();

  private EscalatingReranker(
      CalibratedStudent student, TeacherLlm stronger, double bound, long questions) {
    this.student = Objects.requireNonNull(student, "student");
    this.stronger = Objects.requireNonNull(stronger, "stronger");
    if (!(bound >= 0 && bound <= 1)) {
      throw new IllegalArgumentException("bound must be 0 to 1, not " + bound);
    }
    if (questions < 0) {
      throw new IllegalArgumentException("questions must be >= 0, not " + questions);
    }
    this.bound = bound;
    this.left = new AtomicLong(questions);
  }

  /**
   * A student that escalates.
   *
   * @param stronger who is asked; wrap a paid one so that it journals and keeps its own budget of
   *     money
   * @param bound the confidence, 0 to 1, up to which it is asked; 1 for always
   * @param questions how often at most, over the life of this reranker, ≥ 0
   */
  public static EscalatingReranker of(
      CalibratedStudent student, TeacherLlm stronger, double bound, long questions) {
    return new EscalatingReranker(student, stronger, bound, questions);
  }

  /** How many questions have been asked so far. */
  public long asked() {
    return asked.get();
  }

  @Override
  public Ranking rerank(CandidateList request) {
    return rerankAll(List.of(request)).get(0);
  }

  @Override
  public List<Ranking> rerankAll(List<CandidateList> requests) {
    List<Ranking> rankings = new ArrayList<>(student.rerankAll(requests));
    List<Integer> unsure = new ArrayList<>();
    for (int i = 0; i < rankings.size(); i++) {
      if (rankings.get(i).candidates().size() > 1 && confidence(rankings.get(i)) <= bound) {
        unsure.add(i);
      }
    }
    unsure.sort(Comparator.comparingDouble(i -> confidence(rankings.get(i))));
    for (int i : unsure) {
      if (!takeQuestion()) {
        break;
      }
      try {
        TeacherAnswer answer = stronger.rank(requests.get(i));
        asked.incrementAndGet();
        rankings.set(i, completed(answer.ranking(), rankings.get(i)));
      } catch (RetriableException e) {
        left.incrementAndGet();
        log.warn(
            "the student's own ranking stands, since the stronger ranker gave none: {}",
            e.getMessage());
      }
    }
    return rankings;
  }

  @Override
  public Provenance provenance() {
    return student
        .provenance()
        .with("escalates.to", stronger.identity())
        .with("escalates.up-to", bound);
  }

  @Override
  public void close() {
    student.close();
  }

  private boolean takeQuestion() {
    return left.getAndUpdate(n -> n == 0 ? 0 : n - 1) > 0;
  }

  private static double confidence(Ranking ranking) {
    return Objects.requireNonNullElse(ranking.confidence(), 0.0);
  }

  private static Ranking completed(Ranking answer, Ranking own) {
    List<String> order = new ArrayList<>(answer.ids());
    for (Candidate candidate : own.candidates()) {
      if (!order.contains(candidate.id())) {
        order.add(candidate.id());
      }
    }
    List<String> ids = own.request().ids();
    return Ranking.byPlaces(
        own.request(), order.stream().map(ids::indexOf).toList(), answer.outcome());
  }
}
