package dev.rpdr.distill.train;

import java.util.List;
import java.util.Random;

/**
 * How lists become what a graph reads.
 *
 * @param <I> what is read of one list
 */
interface ListReader<I> {
  /**
   * Reads lists, in their order.
   *
   * @param random for what is drawn anew each time a list is read
   */
  List<I> read(List<TrainingList> lists, Random random);

  /** The tokens of the longest sequence of what was read. */
  int length(I input);
}
