package dev.rpdr.distill;

import dev.rpdr.CandidateList;
import dev.rpdr.Gold;
import dev.rpdr.Ranking;
import java.util.Set;

/**
 * One row that a cascade is fitted on, in the order of its request.
 *
 * @param first the first student's scores
 * @param second the second student's log-probabilities
 * @param right which candidates are right
 */
@SuppressWarnings("ArrayRecordComponent")
record CascadeRow(double[] first, double[] second, boolean[] right) {
  /** The row of two rankings of one request. */
  static CascadeRow of(Gold gold, Ranking first, Ranking second) {
    CandidateList request = first.request();
    if (!request.mention().text().equals(second.mention().text())
        || !request.ids().equals(second.request().ids())) {
      throw new IllegalArgumentException(
          "both students must have ranked the same candidates in the same order, but the first has "
              + request.ids()
              + " of '"
              + request.mention().text()
              + "' and the second "
              + second.request().ids()
              + " of '"
              + second.mention().text()
              + "'");
    }
    Set<String> ids = gold.ids();
    boolean[] right = new boolean[request.size()];
    for (int i = 0; i < right.length; i++) {
      right[i] = ids.contains(request.entity(i).id());
    }
    return new CascadeRow(
        CascadeScores.of(request, first),
        CascadeScores.logProbabilities(CascadeScores.of(request, second), 1),
        right);
  }

  int size() {
    return right.length;
  }

  /**
   * The rank, from 1, of the first right candidate by these scores, or 0 where none is right; ties
   * keep the order of the request, as {@link Ranking#byScore} does.
   */
  int rank(double[] scores) {
    return rank(scores, right);
  }

  static int rank(double[] scores, boolean[] right) {
    int best = -1;
    for (int i = 0; i < right.length; i++) {
      if (right[i] && (best < 0 || scores[i] > scores[best])) {
        best = i;
      }
    }
    if (best < 0) {
      return 0;
    }
    int rank = 1;
    for (int i = 0; i < scores.length; i++) {
      if (scores[i] > scores[best] || (scores[i] == scores[best] && i < best)) {
        rank++;
      }
    }
    return rank;
  }
}
