package dev.rpdr.retriever.train;

import dev.rpdr.Provenance;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;

/**
 * How a training went.
 *
 * @param folder where the encoder lies
 * @param trained how many examples were trained on
 * @param heldOut how many were held out for validation
 * @param skipped how many rankings or labelled mentions taught nothing: no candidate besides the
 *     right ones, or no gold in the knowledge base
 * @param epochs each epoch, in order
 * @param keptEpoch the epoch, from 1, whose weights were kept
 * @param provenance what the folder says about its making
 */
public record TrainingReport(
    Path folder,
    int trained,
    int heldOut,
    int skipped,
    List<Epoch> epochs,
    int keptEpoch,
    Provenance provenance) {
  public TrainingReport {
    epochs = List.copyOf(epochs);
  }

  /** The epoch that was kept. */
  public Epoch kept() {
    return epochs.get(keptEpoch - 1);
  }

  /**
   * One pass over the examples.
   *
   * @param loss the mean loss of its steps
   * @param agreement the share, in [0, 1], of held-out examples whose best candidate is also the
   *     encoder's after it; empty where none are held out
   * @param seconds how long it took, validation included
   */
  public record Epoch(double loss, OptionalDouble agreement, double seconds) {}
}
