package dev.rpdr.distill;

import dev.rpdr.nn.Pooling;
import java.util.Objects;

/** What a student of each kind must know about its model. */
public sealed interface StudentSettings {
  /** The kind of student. */
  StudentKind kind();

  /** How token vectors become one. */
  Pooling pooling();

  /** How many tokens a text (or pair of texts) has at most, special tokens included; 8 to 8192. */
  int maxTokens();

  /**
   * Settings of a {@link BiEncoderStudent}.
   *
   * @param pooling how token vectors become the text's vector
   * @param normalise whether vectors have length 1, so that the score is a cosine
   * @param maxTokens longer texts are cut; 8 to 8192
   */
  record BiEncoder(Pooling pooling, boolean normalise, int maxTokens) implements StudentSettings {
    public BiEncoder {
      Objects.requireNonNull(pooling, "pooling");
      requireRoom(maxTokens);
    }

    @Override
    public StudentKind kind() {
      return StudentKind.BI_ENCODER;
    }
  }

  /**
   * Settings of a {@link CrossEncoderStudent}.
   *
   * @param pooling what the scoring head reads; already part of the graph
   * @param maxTokens longer pairs are cut, the longer text first; 8 to 8192
   * @param symmetric whether a pair is scored in both orders and the mean taken
   * @param retrieverWeight how much the order of the request counts: a candidate at place p (0 is
   *     the best) gets {@code retrieverWeight / (p + 1)} on top of its score; finite, ≥ 0
   */
  record CrossEncoder(Pooling pooling, int maxTokens, boolean symmetric, double retrieverWeight)
      implements StudentSettings {
    public CrossEncoder {
      Objects.requireNonNull(pooling, "pooling");
      requireRoom(maxTokens);
      if (!(retrieverWeight >= 0) || Double.isInfinite(retrieverWeight)) {
        throw new IllegalArgumentException(
            "retrieverWeight must be a finite number >= 0, not " + retrieverWeight);
      }
    }

    @Override
    public StudentKind kind() {
      return StudentKind.CROSS_ENCODER;
    }

    /** These settings with another weight of the request's order. */
    public CrossEncoder withRetrieverWeight(double weight) {
      return new CrossEncoder(pooling, maxTokens, symmetric, weight);
    }
  }

  private static void requireRoom(int maxTokens) {
    if (maxTokens < 8 || maxTokens > 8192) {
      throw new IllegalArgumentException("maxTokens must be 8 to 8192, not " + maxTokens);
    }
  }
}
