package dev.rpdr.distill;

import dev.rpdr.CandidateList;
import dev.rpdr.Ranking;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Ranks many requests some at a time, which bounds memory. */
final class RequestGroups {
  private RequestGroups() {}

  /**
   * Ranks all requests, in order.
   *
   * @param most a group ends with the request that brings it to this many candidates
   * @param ranker ranks a group; called once also where there is no request, so that a closed
   *     student says so
   */
  static List<Ranking> rank(
      List<CandidateList> requests, int most, Function<List<CandidateList>, List<Ranking>> ranker) {
    List<Ranking> rankings = new ArrayList<>(requests.size());
    int from = 0;
    do {
      int to = from;
      int candidates = 0;
      while (to < requests.size() && candidates < most) {
        candidates += requests.get(to).size();
        to++;
      }
      rankings.addAll(ranker.apply(requests.subList(from, to)));
      from = to;
    } while (from < requests.size());
    return rankings;
  }
}
