package dev.rpdr.distill.train;

import java.util.List;

/**
 * The lists of one step.
 *
 * @param inputs what was read of each list
 * @param targets the teacher's order of each list
 * @param <I> what is read of one list
 */
record ListBatch<I>(List<I> inputs, ListTargets targets) {
  ListBatch {
    inputs = List.copyOf(inputs);
    if (inputs.size() != targets.lists()) {
      throw new IllegalArgumentException(
          inputs.size() + " lists were read, but there are targets of " + targets.lists());
    }
  }
}
