package dev.rpdr.distill;

import dev.rpdr.Entity;
import dev.rpdr.retriever.TextAnalysis;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What tells a name from a mention, as an {@link EditStudent} reads it. Each term of either text
 * (once, however often it stands there) is one feature of value 1:
 *
 * <ul>
 *   <li>{@code +term}: the name adds it,
 *   <li>{@code -term}: the name leaves it out,
 *   <li>{@code =term}: both have it.
 * </ul>
 *
 * <p>Two more, {@value #SHARE_OF_NAME} and {@value #SHARE_OF_MENTION}, say what part of the name's
 * and of the mention's terms the other has, 0 to 1. Immutable and thread-safe.
 */
public final class EditFeatures {
  public static final String SHARE_OF_NAME = "share-of-name";
  public static final String SHARE_OF_MENTION = "share-of-mention";

  private final TextAnalysis analysis;

  private EditFeatures(TextAnalysis analysis) {
    this.analysis = Objects.requireNonNull(analysis, "analysis");
  }

  /**
   * Features of terms.
   *
   * @param analysis how texts are cut into them
   */
  public static EditFeatures of(TextAnalysis analysis) {
    return new EditFeatures(analysis);
  }

  /** How texts are cut into terms. */
  public TextAnalysis analysis() {
    return analysis;
  }

  /** Reads names beside a mention. */
  public Reader reader(String mention) {
    return new Reader(new HashSet<>(analysis.terms(mention)));
  }

  /** Names beside one mention. Thread-safe. */
  public final class Reader {
    private final Set<String> mention;

    private Reader(Set<String> mention) {
      this.mention = mention;
    }

    /** The features of that name of an entity which shares most with the mention (Dice). */
    public Map<String, Double> of(Entity entity) {
      Set<String> best = Set.of();
      double most = -1;
      for (String name : entity.names()) {
        Set<String> terms = new HashSet<>(analysis.terms(name));
        double dice = 2.0 * shared(terms) / Math.max(1, terms.size() + mention.size());
        if (dice > most) {
          most = dice;
          best = terms;
        }
      }
      return of(best);
    }

    private Map<String, Double> of(Set<String> name) {
      Map<String, Double> features = new HashMap<>();
      for (String term : name) {
        features.put((mention.contains(term) ? "=" : "+") + term, 1.0);
      }
      for (String term : mention) {
        if (!name.contains(term)) {
          features.put("-" + term, 1.0);
        }
      }
      double shared = shared(name);
      features.put(SHARE_OF_NAME, shared / Math.max(1, name.size()));
      features.put(SHARE_OF_MENTION, shared / Math.max(1, mention.size()));
      return features;
    }

    private long shared(Set<String> name) {
      return name.stream().filter(mention::contains).count();
    }
  }
}
