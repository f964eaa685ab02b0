package dev.rpdr.retriever;

import dev.rpdr.Mention;
import dev.rpdr.nn.TextEncoder;
import dev.rpdr.nn.TextPair;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Mentions to vectors: the mention's text as a query, or, where a window is given and the mention
 * has a context, the pair of the query and the text around it.
 *
 * @param encoder what encodes; the caller's
 * @param contextWindow how many UTF-16 units of the context are read on either side of the mention;
 *     0 for the mention alone
 */
record MentionEncoder(TextEncoder encoder, int contextWindow) {
  private static final float[] NONE = {};

  MentionEncoder {
    if (contextWindow < 0) {
      throw new IllegalArgumentException("contextWindow must be >= 0, not " + contextWindow);
    }
  }

  /** One vector a mention, in their order; equal ones are encoded once and share it. */
  List<float[]> encode(List<Mention> mentions) {
    Map<String, float[]> alone = new LinkedHashMap<>();
    Map<TextPair, float[]> pairs = new LinkedHashMap<>();
    for (Mention mention : mentions) {
      TextPair pair = pair(mention);
      if (pair == null) {
        alone.put(mention.text(), NONE);
      } else {
        pairs.put(pair, NONE);
      }
    }
    fill(alone, encoder::encodeQueries);
    fill(pairs, encoder::encodePairs);
    List<float[]> vectors = new ArrayList<>(mentions.size());
    for (Mention mention : mentions) {
      TextPair pair = pair(mention);
      float[] vector = pair == null ? alone.get(mention.text()) : pairs.get(pair);
      vectors.add(Objects.requireNonNull(vector));
      VectorChunk.checkFinite(vectors.get(vectors.size() - 1), mention.text());
    }
    return vectors;
  }

  /** What is read of a mention with its context, or null where it is read alone. */
  private @Nullable TextPair pair(Mention mention) {
    Mention.Context context = mention.context();
    if (contextWindow == 0 || context == null) {
      return null;
    }
    String query = encoder.options().queryPrefix() + mention.text();
    return new TextPair(query, window(context, contextWindow));
  }

  private static <T> void fill(Map<T, float[]> vectors, Function<List<T>, float[][]> encode) {
    if (vectors.isEmpty()) {
      return;
    }
    List<T> texts = List.copyOf(vectors.keySet());
    float[][] made = encode.apply(texts);
    for (int i = 0; i < made.length; i++) {
      vectors.put(texts.get(i), made[i]);
    }
  }

  /** The context cut to the window; never in the middle of a surrogate pair. */
  static String window(Mention.Context context, int size) {
    String text = context.text();
    int start = Math.max(0, context.start() - size);
    int end = (int) Math.min(text.length(), (long) context.end() + size);
    if (start > 0 && Character.isLowSurrogate(text.charAt(start))) {
      start--;
    }
    if (end < text.length() && Character.isLowSurrogate(text.charAt(end))) {
      end++;
    }
    return text.substring(start, end);
  }
}
