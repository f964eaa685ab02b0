package dev.rpdr.testkit;

import dev.rpdr.Candidate;
import dev.rpdr.CandidateList;
import dev.rpdr.Outcome;
import dev.rpdr.Ranking;
import java.util.List;
import org.assertj.core.api.AbstractAssert;
import org.jspecify.annotations.Nullable;

/** Assertions on a ranking. Places count from 1. */
public final class RankingAssert extends AbstractAssert<RankingAssert, Ranking> {
  RankingAssert(@Nullable Ranking actual) {
    super(actual, RankingAssert.class);
  }

  /**
   * The ranking answers this request (mention, candidates and scores are unchanged) and holds
   * nothing but entities of it, none twice.
   */
  public RankingAssert isAnswerTo(CandidateList request) {
    isNotNull();
    if (!actual.request().equals(request)) {
      throw failure(
          "Expected a ranking of the request %s, but it is one of %s", request, actual.request());
    }
    return isClosedOver(request);
  }

  /** The ranking holds nothing but entities of these candidates, none twice. */
  public RankingAssert isClosedOver(CandidateList candidates) {
    isNotNull();
    var allowed = candidates.candidates().stream().map(Candidate::entity).toList();
    for (Candidate candidate : actual.candidates()) {
      if (!allowed.contains(candidate.entity())) {
        throw failure(
            "Expected only candidates of %s, but the ranking holds '%s'",
            candidates.ids(), candidate.id());
      }
    }
    if (actual.ids().stream().distinct().count() != actual.ids().size()) {
      throw failure("%s", places().expected("no entity twice"));
    }
    return this;
  }

  /** The ranking is closed over its own request. */
  public RankingAssert isClosedSet() {
    isNotNull();
    return isClosedOver(actual.request());
  }

  /** Every candidate of the request has its place. */
  public RankingAssert ranksAllCandidates() {
    isNotNull();
    List<String> missing =
        actual.request().ids().stream().filter(id -> !actual.ids().contains(id)).toList();
    if (!missing.isEmpty()) {
      throw failure("%s", places().expected("all candidates, " + missing + " too,"));
    }
    return this;
  }

  /** The ids are exactly these, best first. */
  public RankingAssert hasIds(String... ids) {
    isNotNull();
    if (!actual.ids().equals(List.of(ids))) {
      throw failure("%s", places().expected("the order " + List.of(ids)));
    }
    return this;
  }

  /** Picks an entity to say where it stands: {@code ranks("22298006").first()}. */
  public PlaceAssert ranks(String id) {
    isNotNull();
    return new PlaceAssert(id);
  }

  /** How the ranking came about; reasons count. */
  public RankingAssert hasOutcome(Outcome outcome) {
    isNotNull();
    if (!actual.outcome().equals(outcome)) {
      throw failure("Expected the outcome %s, but it is %s", outcome, actual.outcome());
    }
    return this;
  }

  /** How the ranking came about, whatever the reason: {@code hasOutcome(Repaired.class)}. */
  public RankingAssert hasOutcome(Class<? extends Outcome> kind) {
    isNotNull();
    if (!kind.isInstance(actual.outcome())) {
      throw failure(
          "Expected an outcome of kind %s, but it is %s", kind.getSimpleName(), actual.outcome());
    }
    return this;
  }

  /** The answer was well-formed and taken as it is. */
  public RankingAssert wasAnswered() {
    return hasOutcome(Outcome.Answered.class);
  }

  /** The answer had faults that were mended. */
  public RankingAssert wasRepaired() {
    return hasOutcome(Outcome.Repaired.class);
  }

  /** No answer could be used; the order is that of the request. */
  public RankingAssert fellBack() {
    return hasOutcome(Outcome.FellBack.class);
  }

  /** The ranker declined to link. */
  public RankingAssert abstained() {
    return hasOutcome(Outcome.Abstained.class);
  }

  /** The outcome's reason holds this text. */
  public RankingAssert hasReasonContaining(String text) {
    isNotNull();
    if (!actual.outcome().reason().contains(text)) {
      throw failure("Expected a reason containing '%s', but it is %s", text, actual.outcome());
    }
    return this;
  }

  private Places places() {
    return new Places(actual.ids(), actual.mention().text());
  }

  /** Says where an entity stands; each method gives back the assertions on the ranking. */
  public final class PlaceAssert {
    private final String id;

    private PlaceAssert(String id) {
      this.id = id;
    }

    /** It is the best. */
    public RankingAssert first() {
      return at(1);
    }

    /** It stands at this place, from 1. */
    public RankingAssert at(int place) {
      return check(places().of(id) == place, "at place " + place);
    }

    /** It is among the best {@code k}. */
    public RankingAssert within(int k) {
      int place = places().of(id);
      return check(place > 0 && place <= k, "among the first " + k);
    }

    /** It stands before another, which may be missing. */
    public RankingAssert above(String other) {
      int place = places().of(id);
      int otherPlace = places().of(other);
      return check(place > 0 && (otherPlace == 0 || place < otherPlace), "above '" + other + "'");
    }

    /** It is not in the ranking. */
    public RankingAssert nowhere() {
      return check(places().of(id) == 0, "nowhere");
    }

    private RankingAssert check(boolean right, String where) {
      if (!right) {
        throw failure("%s", places().expected("'" + id + "' " + where));
      }
      return RankingAssert.this;
    }
  }
}
