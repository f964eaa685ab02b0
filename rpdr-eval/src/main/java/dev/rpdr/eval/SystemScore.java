package dev.rpdr.eval;

import dev.rpdr.Evaluation.Judgement;
import dev.rpdr.Evaluation.Slice;
import dev.rpdr.Provenance;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One system's row in a report: a {@link SystemResult} without its rankings.
 *
 * @param name the system's name, not blank
 * @param protocol what it was allowed to know
 * @param split what it was scored on, not blank
 * @param all accuracy and ceiling over all mentions
 * @param slices parts of them, such as seen and unseen, copied
 * @param outcomes how many rankings came about how, by {@link dev.rpdr.Outcome#label()}, copied
 * @param reliability how far its confidences can be relied on; null where it gives none
 * @param seconds wall-clock seconds for ranking all mentions, ≥ 0
 * @param provenance where model, index and data come from
 * @param notes whatever a reader must know, copied
 */
public record SystemScore(
    String name,
    Protocol protocol,
    String split,
    Slice all,
    List<Slice> slices,
    SortedMap<String, Integer> outcomes,
    @Nullable Reliability reliability,
    double seconds,
    Provenance provenance,
    List<String> notes) {
  private static final List<String> OUTCOMES =
      List.of("abstained", "answered", "fell-back", "repaired");

  public SystemScore {
    check(name, split, seconds);
    Objects.requireNonNull(protocol, "protocol");
    Objects.requireNonNull(all, "all");
    Objects.requireNonNull(provenance, "provenance");
    slices = List.copyOf(slices);
    outcomes = Collections.unmodifiableSortedMap(new TreeMap<>((Map<String, Integer>) outcomes));
    notes = List.copyOf(notes);
  }

  /** The row of a result. */
  public static SystemScore of(SystemResult result) {
    SortedMap<String, Integer> outcomes = new TreeMap<>();
    OUTCOMES.forEach(label -> outcomes.put(label, 0));
    for (Judgement judgement : result.evaluation().judgements()) {
      outcomes.merge(judgement.ranking().outcome().label(), 1, Integer::sum);
    }
    return new SystemScore(
        result.name(),
        result.protocol(),
        result.split(),
        result.evaluation().all(),
        result.evaluation().slices(),
        outcomes,
        Reliability.of(result.evaluation()).orElse(null),
        result.seconds(),
        result.provenance(),
        result.notes());
  }

  /** The slice with a name, or nothing. */
  public Optional<Slice> slice(String sliceName) {
    return slices.stream().filter(slice -> slice.name().equals(sliceName)).findFirst();
  }

  static void check(String name, String split, double seconds) {
    if (name.isBlank() || split.isBlank()) {
      throw new IllegalArgumentException(
          "a system needs a name and a split, not '" + name + "' and '" + split + "'");
    }
    if (!(seconds >= 0) || Double.isInfinite(seconds)) {
      throw new IllegalArgumentException(
          "seconds of '" + name + "' must be finite and >= 0, not " + seconds);
    }
  }
}
