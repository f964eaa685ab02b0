package dev.rpdr.distill.train;

import dev.rpdr.nn.ListSequence;
import java.util.List;

/**
 * What a listwise student reads of one list.
 *
 * @param sequences the mention and its candidates in the order drawn, in one sequence, or in
 *     several where they do not fit
 * @param columns from each place in that order to the candidate's place in the list; copied
 */
record ListwiseInput(List<ListSequence> sequences, List<Integer> columns) {
  ListwiseInput {
    sequences = List.copyOf(sequences);
    columns = List.copyOf(columns);
  }
}
