package dev.rpdr;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The candidates of a request in the order that a ranker gave them. It is closed: whatever a
 * language model answered, nothing but entities of the request can stand here, and none twice. It
 * may hold fewer than the request (a teacher that names its ten best of twenty).
 *
 * @param request what was asked
 * @param candidates best first, copied, each bound to its own score; scores never increase
 * @param outcome how the order came about
 * @param confidence how sure the ranker is of the first place, from 0 to 1; null where it does not
 *     say
 */
public record Ranking(
    CandidateList request,
    List<Candidate> candidates,
    Outcome outcome,
    @Nullable Double confidence) {
  public Ranking {
    Objects.requireNonNull(request, "request");
    Objects.requireNonNull(outcome, "outcome");
    if (confidence != null && !(confidence >= 0 && confidence <= 1)) {
      throw new IllegalArgumentException("confidence must be from 0 to 1, not " + confidence);
    }
    candidates = List.copyOf(candidates);
    Map<String, Integer> allowed = request.places();
    Set<String> seen = new HashSet<>();
    double last = Double.POSITIVE_INFINITY;
    for (Candidate candidate : candidates) {
      if (!allowed.containsKey(candidate.id())) {
        throw new IllegalArgumentException(
            "entity '"
                + candidate.id()
                + "' is not among the candidates of '"
                + request.mention().text()
                + "'");
      }
      if (!seen.add(candidate.id())) {
        throw new IllegalArgumentException(
            "entity '"
                + candidate.id()
                + "' is ranked twice for '"
                + request.mention().text()
                + "'");
      }
      if (candidate.score() > last) {
        throw new IllegalArgumentException(
            "scores must not increase down the ranking of '"
                + request.mention().text()
                + "', but '"
                + candidate.id()
                + "' has "
                + candidate.score()
                + " after "
                + last);
      }
      last = candidate.score();
    }
    if (outcome instanceof Outcome.Abstained && !candidates.isEmpty()) {
      throw new IllegalArgumentException("an abstained ranking must be empty");
    }
  }

  /** A ranking that does not say how sure it is. */
  public Ranking(CandidateList request, List<Candidate> candidates, Outcome outcome) {
    this(request, candidates, outcome, null);
  }

  /** This ranking with a confidence, from 0 to 1. */
  public Ranking withConfidence(double newConfidence) {
    return new Ranking(request, candidates, outcome, newConfidence);
  }

  /**
   * Ranks a request by one score a candidate.
   *
   * @param scores one finite score for each candidate of the request, in its order; higher is
   *     better; ties keep the order of the request
   */
  public static Ranking byScore(CandidateList request, double[] scores) {
    if (scores.length != request.size()) {
      throw new IllegalArgumentException(
          scores.length
              + " scores for "
              + request.size()
              + " candidates of '"
              + request.mention().text()
              + "'");
    }
    List<Candidate> ranked = new ArrayList<>(scores.length);
    for (int i = 0; i < scores.length; i++) {
      ranked.add(new Candidate(request.entity(i), scores[i]));
    }
    ranked.sort(Comparator.comparingDouble(Candidate::score).reversed());
    return new Ranking(request, ranked, Outcome.ANSWERED);
  }

  /**
   * The scores of this ranking in another order: what {@link #byScore} takes.
   *
   * @param of whose candidates, in whose order; mostly this ranking's own request
   * @throws IllegalStateException if one of them was left out
   */
  public double[] scoresInOrder(CandidateList of) {
    Map<String, Integer> placeOf = of.places();
    double[] scores = new double[of.size()];
    Set<Integer> scored = new HashSet<>();
    for (Candidate candidate : candidates) {
      Integer place = placeOf.get(candidate.id());
      if (place != null) {
        scores[place] = candidate.score();
        scored.add(place);
      }
    }
    for (int place = 0; place < scores.length; place++) {
      if (!scored.contains(place)) {
        throw new IllegalStateException(
            "a ranking left out '" + of.entity(place).id() + "' of '" + of.mention().text() + "'");
      }
    }
    return scores;
  }

  /**
   * Ranks a request by places: {@code places} holds indices into the request, best first. The score
   * of a candidate is 1 / its rank.
   */
  public static Ranking byPlaces(CandidateList request, List<Integer> places, Outcome outcome) {
    List<Candidate> ranked = new ArrayList<>(places.size());
    for (int place : places) {
      if (place < 0 || place >= request.size()) {
        throw new IllegalArgumentException(
            "place "
                + place
                + " does not exist among "
                + request.size()
                + " candidates of '"
                + request.mention().text()
                + "'");
      }
      ranked.add(new Candidate(request.entity(place), 1.0 / (ranked.size() + 1)));
    }
    return new Ranking(request, ranked, outcome);
  }

  /** The order of the request with its own scores, as the retriever gave it. */
  public static Ranking asRetrieved(CandidateList request) {
    double[] scores = new double[request.size()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = request.candidates().get(i).score();
    }
    return byScore(request, scores);
  }

  /** The order of the request, because no answer could be used. */
  public static Ranking fellBack(CandidateList request, String reason) {
    List<Integer> places = IntStream.range(0, request.size()).boxed().toList();
    return byPlaces(request, places, new Outcome.FellBack(reason));
  }

  /** No entity, on purpose. */
  public static Ranking abstained(CandidateList request, String reason) {
    return new Ranking(request, List.of(), new Outcome.Abstained(reason));
  }

  /** What was ranked for. */
  public Mention mention() {
    return request.mention();
  }

  /** The best entity, or nothing where the ranking is empty. */
  public Optional<Entity> best() {
    return candidates.isEmpty() ? Optional.empty() : Optional.of(candidates.get(0).entity());
  }

  /** The ids, best first. */
  public List<String> ids() {
    return candidates.stream().map(Candidate::id).toList();
  }
}
