package dev.rpdr.cli.distill;

import dev.rpdr.CandidateList;
import dev.rpdr.Ranking;
import dev.rpdr.StudentReranker;
import java.util.List;
import java.util.Locale;

/**
 * How often a student makes the teacher's first choice in rankings that it did not learn from,
 * beside how often the order that the teacher was shown does.
 *
 * @param rankings how many there are
 * @param student how many of them the student begins as the teacher
 * @param shown how many of them the request's own order begins as the teacher
 */
public record Learnt(int rankings, int student, int shown) {
  /** Lets a student rank what was held out. */
  public static Learnt of(StudentReranker student, List<Ranking> heldOut) {
    List<CandidateList> requests = heldOut.stream().map(Ranking::request).toList();
    List<Ranking> ranked = student.rerankAll(requests);
    int same = 0;
    int before = 0;
    for (int i = 0; i < ranked.size(); i++) {
      String best = heldOut.get(i).ids().get(0);
      same += ranked.get(i).ids().get(0).equals(best) ? 1 : 0;
      before += requests.get(i).ids().get(0).equals(best) ? 1 : 0;
    }
    return new Learnt(ranked.size(), same, before);
  }

  /** For people. */
  public String line() {
    return String.format(
        Locale.ROOT,
        "learnt: on %d rankings held out it makes the teacher's first choice in %.3f; the order"
            + " shown to the teacher does in %.3f",
        rankings,
        (double) student / rankings,
        (double) shown / rankings);
  }
}
