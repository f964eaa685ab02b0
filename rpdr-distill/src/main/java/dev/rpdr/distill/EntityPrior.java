package dev.rpdr.distill;

import dev.rpdr.DataFormatException;
import dev.rpdr.NonRetriableException;
import dev.rpdr.Ranking;
import dev.rpdr.TrainingSet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How often an entity is what mentions mean, whatever they say: the entity popularity of Han and
 * Sun, "A Generative Entity-Mention Model for Linking Entities with Knowledge Base" (ACL 2011),
 * with their add-one smoothing, counted in a teacher's first choices in place of human links. Of
 * two names that suit a mention as well, the one in use is the likelier.
 *
 * <p>It says something where the knowledge base has many more names than are used, and where the
 * counted mentions are of the kind that will be linked: a sample of the mentions themselves, not a
 * list without repetitions. Immutable and thread-safe.
 */
public final class EntityPrior {
  private final SortedMap<String, Integer> counts;

  private EntityPrior(SortedMap<String, Integer> counts) {
    this.counts = counts;
  }

  /** As it is kept in a file: how often each id was the answer, ≥ 1. */
  private record Kept(SortedMap<String, Integer> counts) {}

  /**
   * Counts the first choices of rankings, each once whatever its example weighs.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static EntityPrior of(TrainingSet rankings) {
    SortedMap<String, Integer> counts = new TreeMap<>();
    for (Ranking ranking : rankings.rankings()) {
      ranking.best().ifPresent(entity -> counts.merge(entity.id(), 1, Integer::sum));
    }
    if (counts.isEmpty()) {
      throw new IllegalArgumentException(
          "none of the %d rankings has a first choice to count".formatted(rankings.size()));
    }
    return new EntityPrior(counts);
  }

  /** How often an entity was the answer, ≥ 0. */
  public int count(String id) {
    return counts.getOrDefault(id, 0);
  }

  /** How many entities were the answer at least once, ≥ 1. */
  public int entities() {
    return counts.size();
  }

  /**
   * ln(count + 1): the logarithm of the smoothed prior, up to a constant that all entities share; 0
   * for an entity that was never the answer.
   */
  public double logOf(String id) {
    return Math.log1p(count(id));
  }

  /** Writes the counts as JSON, the same bytes for the same counts. */
  public void write(Path file) {
    try {
      StrictJson.write(file, new Kept(counts));
    } catch (IOException e) {
      throw new NonRetriableException("cannot write " + file, e);
    }
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws DataFormatException naming the file if it holds something else
   */
  public static EntityPrior read(Path file) {
    Kept kept = StrictJson.read(file, Kept.class, DataFormatException::new);
    List<Map.Entry<String, Integer>> wrong =
        kept.counts().entrySet().stream()
            .filter(entry -> entry.getValue() == null || entry.getValue() < 1)
            .toList();
    if (!wrong.isEmpty() || kept.counts().isEmpty()) {
      throw new DataFormatException(
          file
              + ": counts must hold at least one id with a count >= 1"
              + (wrong.isEmpty() ? "" : ", not " + wrong.get(0)));
    }
    return new EntityPrior(kept.counts());
  }
}
