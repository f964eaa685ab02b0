package dev.rpdr;

import java.util.Objects;

/**
 * An entity that may be what a mention means, with the score that its maker gave it. Scores of one
 * list compare with each other only; higher is better.
 *
 * @param entity the entity
 * @param score any finite number
 */
public record Candidate(Entity entity, double score) {
  public Candidate {
    Objects.requireNonNull(entity, "entity");
    if (!Double.isFinite(score)) {
      throw new IllegalArgumentException(
          "the score of candidate '" + entity.id() + "' must be finite, not " + score);
    }
  }

  /** The entity's id. */
  public String id() {
    return entity.id();
  }
}
