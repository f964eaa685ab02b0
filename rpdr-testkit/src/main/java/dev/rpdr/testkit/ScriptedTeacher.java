package dev.rpdr.testkit;

import dev.rpdr.CandidateList;
import dev.rpdr.Mention;
import dev.rpdr.Outcome;
import dev.rpdr.Ranking;
import dev.rpdr.TeacherAnswer;
import dev.rpdr.TeacherLlm;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A teacher for tests: it answers by a script and remembers what it was asked.
 *
 * <pre>{@code
 * ScriptedTeacher teacher =
 *     ScriptedTeacher.builder()
 *         .rank("heart attack", "22298006", "57054005")
 *         .fails("broken", new RetriableException("HTTP 503"))
 *         .whenMention(mention -> mention.text().startsWith("no "))
 *         .answer(request -> Ranking.abstained(request, "negated"))
 *         .otherwise(Ranking::asRetrieved)
 *         .build();
 * }</pre>
 *
 * <p>The first rule that fits decides. Thread-safe, and deterministic as long as the functions of
 * its rules are.
 */
public final class ScriptedTeacher implements TeacherLlm {
  private final String identity;
  private final List<Rule> rules;
  private final Function<CandidateList, Ranking> otherwise;
  private final List<AtomicInteger> uses;
  private final List<CandidateList> requests = new CopyOnWriteArrayList<>();

  private ScriptedTeacher(Builder builder) {
    identity = builder.identity;
    rules = List.copyOf(builder.rules);
    otherwise = builder.otherwise;
    uses = rules.stream().map(rule -> new AtomicInteger()).toList();
  }

  /** A script without rules, which refuses every mention. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Answers by the script.
   *
   * @throws IllegalStateException if no rule fits and there is no {@link Builder#otherwise}, or if
   *     the script ranks an entity that is not among the candidates
   */
  @Override
  public TeacherAnswer rank(CandidateList request) {
    requests.add(Objects.requireNonNull(request, "request"));
    for (int i = 0; i < rules.size(); i++) {
      Rule rule = rules.get(i);
      if (rule.fits().test(request.mention()) && uses.get(i).getAndIncrement() < rule.times()) {
        return TeacherAnswer.of(rule.answer().apply(request));
      }
    }
    return TeacherAnswer.of(otherwise.apply(request));
  }

  @Override
  public String identity() {
    return identity;
  }

  /** All requests so far, also those that failed, in the order in which they came. */
  public List<CandidateList> requests() {
    return List.copyOf(requests);
  }

  /** How many requests came so far. */
  public int requestCount() {
    return requests.size();
  }

  @Override
  public String toString() {
    return "ScriptedTeacher[" + identity + ", " + rules.size() + " rules]";
  }

  private static Function<CandidateList, Ranking> ranking(String... ids) {
    List<String> wanted = List.of(ids);
    if (Set.copyOf(wanted).size() != wanted.size()) {
      throw new IllegalArgumentException("the script ranks an entity twice: " + wanted);
    }
    return request -> {
      Map<String, Integer> places = request.places();
      List<Integer> ranked = new ArrayList<>();
      for (String id : wanted) {
        Integer place = places.get(id);
        if (place == null) {
          throw new IllegalStateException(
              "the script ranks '"
                  + id
                  + "' for '"
                  + request.mention().text()
                  + "', but the candidates are "
                  + request.ids());
        }
        ranked.add(place);
      }
      return Ranking.byPlaces(request, ranked, Outcome.ANSWERED);
    };
  }

  private static Function<CandidateList, Ranking> preferring(String... ids) {
    List<String> wanted = List.of(ids);
    return request -> {
      Set<String> order = new LinkedHashSet<>(wanted);
      order.retainAll(request.places().keySet());
      order.addAll(request.ids());
      List<Integer> places = order.stream().map(request.ids()::indexOf).toList();
      return Ranking.byPlaces(request, places, Outcome.ANSWERED);
    };
  }

  private static Function<CandidateList, Ranking> failing(RuntimeException exception) {
    Objects.requireNonNull(exception, "exception");
    return request -> {
      throw exception;
    };
  }

  private static Predicate<Mention> text(String text) {
    Objects.requireNonNull(text, "text");
    return mention -> mention.text().equals(text);
  }

  private record Rule(
      Predicate<Mention> fits, Function<CandidateList, Ranking> answer, int times) {}

  /** Writes a script. Not thread-safe. */
  public static final class Builder {
    private final List<Rule> rules = new ArrayList<>();
    private String identity = "scripted";
    private Function<CandidateList, Ranking> otherwise =
        request -> {
          throw new IllegalStateException(
              "nothing is scripted for mention '"
                  + request.mention().text()
                  + "' with candidates "
                  + request.ids()
                  + "; add rank(...), whenMention(...) or otherwise(...)");
        };

    private Builder() {}

    /** The teacher's identity, under which journals keep its answers; "scripted" by default. */
    public Builder identity(String newIdentity) {
      if (Objects.requireNonNull(newIdentity, "identity").isBlank()) {
        throw new IllegalArgumentException("identity must not be blank");
      }
      identity = newIdentity;
      return this;
    }

    /**
     * A mention of exactly this text gets exactly these entities, best first; all must be among the
     * candidates, or the request fails.
     */
    public Builder rank(String text, String... ids) {
      return whenMention(text(text)).rank(ids);
    }

    /**
     * A mention of exactly this text gets all its candidates, first those of these entities that
     * are among them, in this order, then the others as retrieved.
     */
    public Builder prefer(String text, String... ids) {
      return whenMention(text(text)).prefer(ids);
    }

    /** A mention of exactly this text gets an exception each time. */
    public Builder fails(String text, RuntimeException exception) {
      return whenMention(text(text)).fails(exception);
    }

    /**
     * A mention of exactly this text gets an exception the first {@code times} times; after that
     * the rules that follow decide.
     */
    public Builder failsFirst(int times, String text, RuntimeException exception) {
      if (times < 1) {
        throw new IllegalArgumentException("times must be >= 1, not " + times);
      }
      return add(text(text), failing(exception), times);
    }

    /** Begins a rule for the mentions that fulfil a condition. */
    public Answering whenMention(Predicate<Mention> condition) {
      return new Answering(Objects.requireNonNull(condition, "condition"));
    }

    /**
     * What mentions get that fit no rule, such as {@code Ranking::asRetrieved}; an {@link
     * IllegalStateException} by default.
     */
    public Builder otherwise(Function<CandidateList, Ranking> answer) {
      otherwise = Objects.requireNonNull(answer, "answer");
      return this;
    }

    /** The teacher; the builder may go on. */
    public ScriptedTeacher build() {
      return new ScriptedTeacher(this);
    }

    private Builder add(
        Predicate<Mention> fits, Function<CandidateList, Ranking> answer, int times) {
      rules.add(new Rule(fits, Objects.requireNonNull(answer, "answer"), times));
      return this;
    }

    /** The second half of a rule: what fitting mentions get. */
    public final class Answering {
      private final Predicate<Mention> fits;

      private Answering(Predicate<Mention> fits) {
        this.fits = fits;
      }

      /** Whatever a function makes of the request. */
      public Builder answer(Function<CandidateList, Ranking> answer) {
        return add(fits, answer, Integer.MAX_VALUE);
      }

      /** As {@link Builder#rank}. */
      public Builder rank(String... ids) {
        return answer(ranking(ids));
      }

      /** As {@link Builder#prefer}. */
      public Builder prefer(String... ids) {
        return answer(preferring(ids));
      }

      /** As {@link Builder#fails}. */
      public Builder fails(RuntimeException exception) {
        return answer(failing(exception));
      }
    }
  }
}
