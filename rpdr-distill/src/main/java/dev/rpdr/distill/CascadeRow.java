package dev.rpdr.distill;

import dev.rpdr.CandidateList;
import dev.rpdr.Gold;
import dev.rpdr.RankSummary;
import dev.rpdr.Ranking;
import dev.rpdr.Softmax;

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
    return new CascadeRow(
        first.scoresInOrder(request),
        Softmax.log(second.scoresInOrder(request), 1),
        gold.rightAmong(request.ids()));
  }

  int size() {
    return right.length;
  }

  /** The rank by these scores, see {@link RankSummary#rankOf}. */
  int rank(double[] scores) {
    return RankSummary.rankOf(scores, right);
  }
}
