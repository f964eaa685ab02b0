package dev.rpdr.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rpdr.Candidate;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Compares ranked candidates up to the rounding of floating point: batches of other shapes sum in
 * another order, so scores may differ a little, and candidates may change places only where their
 * scores are that close.
 */
final class Agreement {
  private final double tolerance;

  Agreement(double tolerance) {
    this.tolerance = tolerance;
  }

  /** Asserts that two rankings are the same; {@code what} says of what in the message. */
  void check(String what, List<Candidate> expected, List<Candidate> actual) {
    assertThat(actual).as("how many candidates: %s", what).hasSameSizeAs(expected);
    for (int i = 0; i < expected.size(); i++) {
      near(what + ", place " + (i + 1), expected.get(i).score(), actual.get(i).score());
    }
    oneWay(what, expected, actual);
    oneWay(what, actual, expected);
  }

  private void oneWay(String what, List<Candidate> some, List<Candidate> others) {
    Map<String, Candidate> byId =
        others.stream().collect(Collectors.toMap(Candidate::id, Function.identity()));
    for (Candidate candidate : some) {
      Candidate other = byId.get(candidate.id());
      if (other == null) { // fell out at the end, which only a candidate as good as the last may
        other = others.get(others.size() - 1);
      }
      near(what + ", candidate '" + candidate.id() + "'", candidate.score(), other.score());
    }
  }

  private void near(String what, double expected, double actual) {
    double allowed = tolerance * Math.max(1, Math.abs(expected));
    assertThat(Math.abs(expected - actual))
        .as("difference of scores %s and %s: %s", expected, actual, what)
        .isLessThanOrEqualTo(allowed);
  }
}
