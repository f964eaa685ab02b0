package dev.rpdr.nn;

import java.util.Objects;

/**
 * What an encoder's vectors mean. Vectors made with other options do not compare; a model's authors
 * say which are right for it. Immutable.
 *
 * @param pooling how token vectors become one vector
 * @param normalise whether vectors are scaled to length 1, so that a dot product is a cosine
 * @param maxTokens longer texts are cut to this many tokens, special ones included; 8 to 8192
 * @param queryPrefix put in front of each query (not of each name); may be empty
 */
public record EncoderOptions(
    Pooling pooling, boolean normalise, int maxTokens, String queryPrefix) {
  /** The default of maxTokens: names of concepts rarely pass 64 tokens. */
  public static final int DEFAULT_MAX_TOKENS = 128;

  public EncoderOptions {
    Objects.requireNonNull(pooling, "pooling");
    TextTokenizer.checkMaxTokens(maxTokens);
    Objects.requireNonNull(queryPrefix, "queryPrefix");
  }

  /** Mean pooling, normalised, at most {@value #DEFAULT_MAX_TOKENS} tokens, no query prefix. */
  public static EncoderOptions mean() {
    return of(Pooling.MEAN);
  }

  /**
   * First-token pooling, normalised, at most {@value #DEFAULT_MAX_TOKENS} tokens, no query prefix.
   */
  public static EncoderOptions cls() {
    return of(Pooling.CLS);
  }

  /** For graphs that pool by themselves; the rest as {@link #mean()}. */
  public static EncoderOptions inGraph() {
    return of(Pooling.IN_GRAPH);
  }

  private static EncoderOptions of(Pooling pooling) {
    return new EncoderOptions(pooling, true, DEFAULT_MAX_TOKENS, "");
  }

  public EncoderOptions withNormalise(boolean normalise) {
    return new EncoderOptions(pooling, normalise, maxTokens, queryPrefix);
  }

  public EncoderOptions withMaxTokens(int maxTokens) {
    return new EncoderOptions(pooling, normalise, maxTokens, queryPrefix);
  }

  public EncoderOptions withQueryPrefix(String queryPrefix) {
    return new EncoderOptions(pooling, normalise, maxTokens, queryPrefix);
  }
}
