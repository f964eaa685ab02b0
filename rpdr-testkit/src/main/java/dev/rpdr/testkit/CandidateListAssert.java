package dev.rpdr.testkit;

import dev.rpdr.CandidateList;
import org.assertj.core.api.AbstractAssert;
import org.jspecify.annotations.Nullable;

/** Assertions on the candidates of a mention. Places count from 1. */
public final class CandidateListAssert extends AbstractAssert<CandidateListAssert, CandidateList> {
  CandidateListAssert(@Nullable CandidateList actual) {
    super(actual, CandidateListAssert.class);
  }

  /** An entity is among the candidates, at any place. */
  public CandidateListAssert holds(String id) {
    return holdsWithin(id, Integer.MAX_VALUE);
  }

  /** An entity is among the first {@code k} candidates. */
  public CandidateListAssert holdsWithin(String id, int k) {
    isNotNull();
    Places places = new Places(actual.ids(), actual.mention().text());
    if (places.of(id) == 0 || places.of(id) > k) {
      throw failure(
          "%s", places.expected("'" + id + "' among the first " + Math.min(k, actual.size())));
    }
    return this;
  }

  /** An entity is not among the candidates. */
  public CandidateListAssert doesNotHold(String id) {
    isNotNull();
    Places places = new Places(actual.ids(), actual.mention().text());
    if (places.of(id) > 0) {
      throw failure("%s", places.expected("'" + id + "' nowhere"));
    }
    return this;
  }

  /** There are as many candidates as this. */
  public CandidateListAssert hasSize(int size) {
    isNotNull();
    if (actual.size() != size) {
      throw failure(
          "%s", new Places(actual.ids(), actual.mention().text()).expected(size + " candidates"));
    }
    return this;
  }
}
