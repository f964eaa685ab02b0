package dev.rpdr.teacher.prompt;

import dev.rpdr.CandidateList;
import dev.rpdr.Entity;
import dev.rpdr.Mention;
import dev.rpdr.Outcome;
import dev.rpdr.Ranking;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A few-shot example: a mention, its candidates and the order that a good answer gives them.
 *
 * @param ranking the ranking; not empty
 */
public record Example(Ranking ranking) {
  public Example {
    if (Objects.requireNonNull(ranking, "ranking").candidates().isEmpty()) {
      throw new IllegalArgumentException(
          "the example '" + ranking.mention().text() + "' must rank at least one candidate");
    }
  }

  /**
   * An example given by names.
   *
   * @param mention the mention
   * @param candidates the candidates' names, in the order they are shown; all different
   * @param ranking some or all of these names, best first
   */
  public static Example of(String mention, List<String> candidates, List<String> ranking) {
    List<Entity> entities = candidates.stream().map(name -> Entity.of(name, name)).toList();
    List<Integer> places = new ArrayList<>(ranking.size());
    for (String name : ranking) {
      int place = candidates.indexOf(name);
      if (place < 0) {
        throw new IllegalArgumentException(
            "the example '"
                + mention
                + "' ranks '"
                + name
                + "', which is not among its candidates "
                + candidates);
      }
      places.add(place);
    }
    CandidateList request = CandidateList.of(Mention.of(mention), entities);
    return new Example(Ranking.byPlaces(request, places, Outcome.ANSWERED));
  }
}
