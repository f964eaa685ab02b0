package dev.rpdr.distill.train;

/**
 * How an epoch went.
 *
 * @param loss the mean loss of its steps
 * @param agreement the mean reciprocal rank that the student gives the teacher's best candidate on
 *     the rankings held out, 0 to 1; NaN where none were held out
 */
record EpochResult(double loss, double agreement) {
  /** Whether this epoch is to be kept rather than an earlier one. */
  boolean isBetterThan(EpochResult earlier) {
    return Double.isNaN(agreement) || agreement > earlier.agreement;
  }
}
