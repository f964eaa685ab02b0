package dev.rpdr.teacher;

import java.util.Locale;

/** How several rankings of the same candidates become one. */
public enum RankFusion {
  /**
   * Borda's count: of n candidates the first gets n points, the second n − 1, and so on; those that
   * a ranking leaves out share the points that are left evenly.
   */
  BORDA {
    @Override
    double points(int place, int ranked, int candidates) {
      return place < ranked ? candidates - place : (candidates - ranked + 1) / 2.0;
    }
  },

  /**
   * Reciprocal rank fusion with k = 60 (Cormack, Clarke and Büttcher 2009): the candidate at rank r
   * gets 1 / (60 + r), one that is left out nothing. First places count more than in Borda's count.
   */
  RRF {
    @Override
    double points(int place, int ranked, int candidates) {
      return place < ranked ? 1.0 / (K + place + 1) : 0;
    }
  };

  private static final int K = 60;

  /**
   * The points of a candidate in one ranking.
   *
   * @param place its place, 0 being the first; {@code ranked} or more where it is left out
   * @param ranked how many candidates the ranking holds
   * @param candidates how many candidates there are
   */
  abstract double points(int place, int ranked, int candidates);

  /** Its name in identities: {@code borda}, {@code rrf}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
