package dev.rpdr.teacher;

import dev.rpdr.CandidateList;
import dev.rpdr.Outcome;
import dev.rpdr.Ranking;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Ranks the last candidate first. */
public final class Reversed {
  private Reversed() {}

  public static Ranking of(CandidateList request) {
    List<Integer> places = new ArrayList<>();
    for (int i = 0; i < request.size(); i++) {
      places.add(i);
    }
    Collections.reverse(places);
    return Ranking.byPlaces(request, places, Outcome.ANSWERED);
  }
}
