package dev.rpdr.teacher;

import dev.rpdr.CandidateList;
import dev.rpdr.Outcome;
import dev.rpdr.Ranking;
import dev.rpdr.TeacherAnswer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.StringJoiner;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The votes on one request, and what they come to. Immutable. */
final class Ballot {
  private final CandidateList request;
  private final List<TeacherAnswer> votes;
  private final List<Ranking> usable = new ArrayList<>();
  private final int abstained;
  private final int repaired;

  Ballot(CandidateList request, List<TeacherAnswer> votes) {
    this.request = request;
    this.votes = votes;
    int none = 0;
    int mended = 0;
    for (TeacherAnswer vote : votes) {
      Outcome outcome = vote.ranking().outcome();
      if (outcome instanceof Outcome.Abstained) {
        none++;
      } else if (!(outcome instanceof Outcome.FellBack) && !vote.ranking().candidates().isEmpty()) {
        usable.add(vote.ranking());
        mended += outcome instanceof Outcome.Repaired ? 1 : 0;
      }
    }
    abstained = none;
    repaired = mended;
  }

  TeacherAnswer result(RankFusion fusion) {
    return new TeacherAnswer(ranking(fusion), null, model(), null);
  }

  private Ranking ranking(RankFusion fusion) {
    if (2 * abstained > votes.size()) {
      return Ranking.abstained(request, abstained + " of " + votes.size() + " votes abstained");
    }
    if (usable.isEmpty()) {
      return Ranking.fellBack(request, "none of " + votes.size() + " votes has a ranking");
    }
    double[] points = new double[request.size()];
    Map<String, Integer> places = request.places();
    int longest = 0;
    for (Ranking vote : usable) {
      List<String> ids = vote.ids();
      longest = Math.max(longest, ids.size());
      Map<String, Integer> ranks = new HashMap<>();
      ids.forEach(id -> ranks.put(id, ranks.size()));
      places.forEach(
          (id, place) ->
              points[place] +=
                  fusion.points(ranks.getOrDefault(id, ids.size()), ids.size(), request.size()));
    }
    List<Integer> best =
        IntStream.range(0, request.size())
            .boxed()
            .sorted(Comparator.comparingDouble(place -> -points[place]))
            .limit(longest)
            .toList();
    String winner = request.entity(best.get(0)).id();
    long agreeing = usable.stream().filter(vote -> vote.ids().get(0).equals(winner)).count();
    return Ranking.byPlaces(request, best, outcome())
        .withConfidence((double) agreeing / votes.size());
  }

  private Outcome outcome() {
    StringJoiner reasons = new StringJoiner("; ");
    if (repaired > 0) {
      reasons.add("votes repaired: " + repaired);
    }
    if (usable.size() < votes.size()) {
      reasons.add("votes without ranking: " + (votes.size() - usable.size()));
    }
    return reasons.length() == 0 ? Outcome.ANSWERED : new Outcome.Repaired(reasons.toString());
  }

  private @Nullable String model() {
    String model = votes.get(0).model();
    return votes.stream().allMatch(vote -> Objects.equals(vote.model(), model)) ? model : null;
  }
}
