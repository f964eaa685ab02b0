package dev.rpdr.distill.train;

/**
 * Which candidates of a ranking a student sees in one epoch: always the teacher's best, then
 * candidates drawn anew from the rest of the request (hard, as a retriever found them similar) and,
 * if wished, from other requests (random, mostly easy).
 *
 * @param candidates how many in all, ≥ 2; fewer where the request is shorter
 * @param teacherBest how many of the teacher's first are always there, 1 ≤ teacherBest ≤ candidates
 * @param random how many come from other requests, 0 ≤ random ≤ candidates − teacherBest
 */
public record ListSampling(int candidates, int teacherBest, int random) {
  public ListSampling {
    if (candidates < 2) {
      throw new IllegalArgumentException("candidates of a list must be >= 2, not " + candidates);
    }
    if (teacherBest < 1 || teacherBest > candidates) {
      throw new IllegalArgumentException(
          "teacherBest must be 1 to the list's " + candidates + " candidates, not " + teacherBest);
    }
    if (random < 0 || random > candidates - teacherBest) {
      throw new IllegalArgumentException(
          "random candidates must be 0 to "
              + (candidates - teacherBest)
              + " (a list's candidates without the teacher's best), not "
              + random);
    }
  }

  /** Eight candidates: the teacher's best four and four more of the request. */
  public static ListSampling defaults() {
    return new ListSampling(8, 4, 0);
  }
}
