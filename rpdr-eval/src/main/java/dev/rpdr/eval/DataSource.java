package dev.rpdr.eval;

import dev.rpdr.Dataset;
import dev.rpdr.KnowledgeBase;
import java.util.Objects;

/**
 * Data that a score rests on.
 *
 * @param kind what it is: {@code dataset}, {@code knowledge-base} or {@code file}
 * @param name what it is called, not blank
 * @param size how many mentions, entities or bytes it holds, ≥ 0
 * @param sha256 hash of the content: {@link Dataset#fingerprint()}, {@link
 *     KnowledgeBase#fingerprint()} or that of the file's bytes
 */
public record DataSource(String kind, String name, long size, String sha256) {
  public DataSource {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(sha256, "sha256");
    if (name.isBlank() || size < 0) {
      throw new IllegalArgumentException(
          "data needs a name and a size >= 0, not '" + name + "' and " + size);
    }
  }

  /** A dataset under its own name. */
  public static DataSource of(Dataset dataset) {
    return new DataSource("dataset", dataset.name(), dataset.size(), dataset.fingerprint());
  }

  /** A knowledge base. */
  public static DataSource of(String name, KnowledgeBase knowledgeBase) {
    return new DataSource(
        "knowledge-base", name, knowledgeBase.size(), knowledgeBase.fingerprint());
  }
}
