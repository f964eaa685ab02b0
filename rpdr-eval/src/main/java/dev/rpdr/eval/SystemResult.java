package dev.rpdr.eval;

import dev.rpdr.Evaluation;
import dev.rpdr.Provenance;
import java.util.List;
import java.util.Objects;

/**
 * One system's result on one split, with each mention's ranking.
 *
 * @param name the system's name, not blank
 * @param protocol what it was allowed to know
 * @param split what it was scored on, not blank
 * @param evaluation the result
 * @param seconds wall-clock seconds for ranking all mentions, ≥ 0; training is not part of it
 * @param provenance where model, index and data come from
 * @param notes whatever a reader must know to read the number right, copied; may be empty
 */
public record SystemResult(
    String name,
    Protocol protocol,
    String split,
    Evaluation evaluation,
    double seconds,
    Provenance provenance,
    List<String> notes) {
  public SystemResult {
    SystemScore.check(name, split, seconds);
    Objects.requireNonNull(protocol, "protocol");
    Objects.requireNonNull(evaluation, "evaluation");
    Objects.requireNonNull(provenance, "provenance");
    notes = List.copyOf(notes);
  }

  /** A result without notes. */
  public static SystemResult of(
      String name,
      Protocol protocol,
      String split,
      Evaluation evaluation,
      double seconds,
      Provenance provenance) {
    return new SystemResult(name, protocol, split, evaluation, seconds, provenance, List.of());
  }
}
