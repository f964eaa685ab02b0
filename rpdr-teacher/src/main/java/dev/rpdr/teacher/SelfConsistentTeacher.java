package dev.rpdr.teacher;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.rpdr.Candidate;
import dev.rpdr.CandidateList;
import dev.rpdr.Fingerprint;
import dev.rpdr.Ranking;
import dev.rpdr.TeacherAnswer;
import dev.rpdr.TeacherLlm;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Permutation self-consistency (Tang et al. 2024, "Found in the Middle"): asks another teacher
 * about several shuffled orders of the candidates and fuses its rankings, so that the place at
 * which a candidate is shown counts no more. The paper looks for the central ranking by Kendall's
 * tau; here ranks are fused by {@link RankFusion}. Thread-safe if the other teacher is.
 *
 * <p>The ranking's confidence is the agreement: the share of all votes that put the fused ranking's
 * first candidate first. Votes that fell back or abstained are left out of the fusion; where most
 * abstain the ranking abstains, where none can be used it falls back. Ties keep the order of the
 * request.
 *
 * <p>It costs as many requests as there are votes. Orders are drawn without repetition as long as
 * there are enough of them (two candidates have two); the same request gets the same orders. A
 * journal keeps every vote beside the fused answer, which itself says no tokens.
 */
public final class SelfConsistentTeacher implements ConcurrentTeacher, CompositeTeacher {
  private static final int TRIES = 20;

  private final TeacherLlm base;
  private final int votes;
  private final long seed;
  private final RankFusion fusion;

  private SelfConsistentTeacher(TeacherLlm base, int votes, long seed, RankFusion fusion) {
    this.base = base;
    this.votes = votes;
    this.seed = seed;
    this.fusion = fusion;
  }

  /** A teacher that asks another one several times: 5 by default, fused by Borda's count. */
  public static Builder builder(TeacherLlm base) {
    return new Builder(base);
  }

  @Override
  public TeacherAnswer rank(CandidateList request) {
    return rankAll(List.of(request)).get(0);
  }

  @Override
  public List<TeacherAnswer> rankAll(
      List<CandidateList> requests, Consumer<TeacherAnswer> arrived) {
    List<Poll> polls = new ArrayList<>(requests.size());
    Map<CandidateList, List<Poll>> awaited = new LinkedHashMap<>();
    for (CandidateList request : requests) {
      Poll poll = new Poll(request, orders(request), arrived);
      polls.add(poll);
      poll.orders.forEach(
          order -> awaited.computeIfAbsent(order, key -> new ArrayList<>()).add(poll));
    }
    List<CandidateList> asked = List.copyOf(awaited.keySet());
    Consumer<TeacherAnswer> vote =
        answer ->
            awaited
                .getOrDefault(answer.ranking().request(), List.of())
                .forEach(poll -> poll.add(answer));
    if (base instanceof ConcurrentTeacher concurrent) {
      concurrent.rankAll(asked, vote);
    } else {
      asked.forEach(order -> vote.accept(base.rank(order)));
    }
    return polls.stream().map(Poll::result).toList();
  }

  /**
   * What the other teacher is asked about these requests, none twice: for an estimate of the cost.
   */
  public List<CandidateList> asked(List<CandidateList> requests) {
    return requests.stream().flatMap(request -> orders(request).stream()).distinct().toList();
  }

  @Override
  public TeacherLlm base() {
    return base;
  }

  @Override
  public CompositeTeacher over(TeacherLlm newBase) {
    return new SelfConsistentTeacher(newBase, votes, seed, fusion);
  }

  /**
   * {@inheritDoc} Here: that of the other teacher, the number of votes, the fusion and the seed.
   */
  @Override
  public String identity() {
    return base.identity() + " votes=" + votes + " fusion=" + fusion.key() + " seed=" + seed;
  }

  @Override
  public int concurrency() {
    return base instanceof ConcurrentTeacher concurrent ? concurrent.concurrency() : 1;
  }

  @Override
  public String toString() {
    return identity();
  }

  /** The orders in which a request is shown, some of them equal where there are too few. */
  private List<CandidateList> orders(CandidateList request) {
    if (request.size() == 0) {
      return List.of();
    }
    Random random = new Random(seed ^ hash(request));
    Set<List<Candidate>> distinct = new LinkedHashSet<>();
    for (int tries = 0; distinct.size() < votes && tries < votes * TRIES; tries++) {
      List<Candidate> shuffled = new ArrayList<>(request.candidates());
      Collections.shuffle(shuffled, random);
      distinct.add(shuffled);
    }
    List<CandidateList> orders = new ArrayList<>(votes);
    while (orders.size() < votes) {
      for (List<Candidate> order : distinct) {
        if (orders.size() < votes) {
          orders.add(new CandidateList(request.mention(), order));
        }
      }
    }
    return orders;
  }

  private static long hash(CandidateList request) {
    Fingerprint hash = new Fingerprint().add(request.mention().text());
    request.ids().forEach(hash::add);
    return Long.parseUnsignedLong(hash.hex().substring(0, 16), 16);
  }

  /** The votes on one request as they come in. Thread-safe. */
  private final class Poll {
    private final CandidateList request;
    private final List<CandidateList> orders;
    private final Consumer<TeacherAnswer> arrived;
    private final Map<CandidateList, TeacherAnswer> answers = new LinkedHashMap<>();
    private final int needed;

    Poll(CandidateList request, List<CandidateList> orders, Consumer<TeacherAnswer> arrived) {
      this.request = request;
      this.orders = orders;
      this.arrived = arrived;
      this.needed = (int) orders.stream().distinct().count();
    }

    void add(TeacherAnswer answer) {
      boolean complete;
      synchronized (this) {
        boolean last = answers.size() == needed - 1;
        complete = answers.put(answer.ranking().request(), answer) == null && last;
      }
      if (complete) {
        arrived.accept(result());
      }
    }

    synchronized TeacherAnswer result() {
      if (orders.isEmpty()) {
        return TeacherAnswer.of(Ranking.fellBack(request, "no candidates to rank"));
      }
      List<TeacherAnswer> cast = new ArrayList<>(votes);
      for (CandidateList order : orders) {
        TeacherAnswer answer = answers.get(order);
        if (answer == null) {
          throw new IllegalStateException(
              "teacher '" + base.identity() + "' left out a request or answered another one");
        }
        cast.add(answer);
      }
      return new Ballot(request, cast).result(fusion);
    }
  }

  /** Collects the settings. Not thread-safe. */
  public static final class Builder {
    private final TeacherLlm base;
    private int votes = 5;
    private long seed = 42;
    private RankFusion fusion = RankFusion.BORDA;

    private Builder(TeacherLlm base) {
      this.base = Objects.requireNonNull(base, "base");
    }

    /** How often the other teacher is asked, ≥ 2; 5 by default. */
    @CanIgnoreReturnValue
    public Builder votes(int newVotes) {
      if (newVotes < 2) {
        throw new IllegalArgumentException("votes must be >= 2, not " + newVotes);
      }
      votes = newVotes;
      return this;
    }

    /** Of the shuffles; 42 by default. */
    @CanIgnoreReturnValue
    public Builder seed(long newSeed) {
      seed = newSeed;
      return this;
    }

    /** How rankings are fused; by Borda's count by default. */
    @CanIgnoreReturnValue
    public Builder fusion(RankFusion newFusion) {
      fusion = Objects.requireNonNull(newFusion, "newFusion");
      return this;
    }

    /** Builds the teacher. */
    public SelfConsistentTeacher build() {
      return new SelfConsistentTeacher(base, votes, seed, fusion);
    }
  }
}
