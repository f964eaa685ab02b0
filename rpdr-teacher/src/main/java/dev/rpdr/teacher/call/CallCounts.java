package dev.rpdr.teacher.call;

/**
 * What became of the requests that a guard sent. When none is under way, requests = answers +
 * failures.
 *
 * @param requests how many were sent, retries included
 * @param answers how many were answered
 * @param failures how many failed
 */
public record CallCounts(long requests, long answers, long failures) {
  /** How many are under way. */
  public long underWay() {
    return requests - answers - failures;
  }
}
