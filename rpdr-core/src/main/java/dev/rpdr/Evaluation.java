package dev.rpdr;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How good rankings were.
 *
 * @param all all mentions
 * @param slices parts of them, such as {@code seen} and {@code unseen}; may be empty
 * @param judgements one a mention, in the order of the dataset
 */
public record Evaluation(Slice all, List<Slice> slices, List<Judgement> judgements) {
  public Evaluation {
    Objects.requireNonNull(all, "all");
    slices = List.copyOf(slices);
    judgements = List.copyOf(judgements);
  }

  /** Acc@k over all mentions, in [0, 1]. */
  public double accuracyAt(int k) {
    return all.accuracyAt(k).value();
  }

  /** The slice with a name, or nothing. */
  public Optional<Slice> slice(String name) {
    return slices.stream().filter(slice -> slice.name().equals(name)).findFirst();
  }

  /**
   * One mention's result.
   *
   * @param labelled the mention and its gold
   * @param ranking what was answered
   * @param rank the place, from 1, down to which one must look for the answer to be right, or 0
   *     where it is wrong at any depth
   * @param reachable whether the candidates of the request would have allowed a right answer
   */
  public record Judgement(LabelledMention labelled, Ranking ranking, int rank, boolean reachable) {
    public Judgement {
      if (rank < 0) {
        throw new IllegalArgumentException("rank must be >= 0, not " + rank);
      }
    }

    /** Whether the first {@code k} places hold the right answer. */
    public boolean hitAt(int k) {
      return rank > 0 && rank <= k;
    }
  }

  /**
   * Some of the mentions.
   *
   * @param name what they have in common
   * @param n how many they are
   * @param accuracy Acc@k by k
   * @param ceiling the share of mentions, in [0, 1], whose candidates allowed a right answer
   */
  public record Slice(String name, int n, SortedMap<Integer, Accuracy> accuracy, double ceiling) {
    public Slice {
      accuracy =
          Collections.unmodifiableSortedMap(new TreeMap<>((Map<Integer, Accuracy>) accuracy));
    }

    /**
     * Acc@k.
     *
     * @throws IllegalArgumentException if it was not computed for this k
     */
    public Accuracy accuracyAt(int k) {
      Accuracy found = accuracy.get(k);
      if (found == null) {
        throw new IllegalArgumentException(
            "Acc@" + k + " was not computed; computed are Acc@" + accuracy.keySet());
      }
      return found;
    }
  }

  /**
   * An accuracy and its 95 % interval, each in [0, 1]; 0 where there are no mentions.
   *
   * @param value the share of hits
   * @param low the lower end of the interval
   * @param high the upper end of the interval
   */
  public record Accuracy(double value, double low, double high) {}
}
