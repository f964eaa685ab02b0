package dev.rpdr.retriever;

import dev.rpdr.Mention;
import dev.rpdr.nn.TextEncoder;
import dev.rpdr.nn.TextPair;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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
  MentionEncoder {
    if (contextWindow < 0) {
      throw new IllegalArgumentException("contextWindow must be >= 0, not " + contextWindow);
    }
  }

  /** One vector a mention, in their order. */
  List<float[]> encode(List<Mention> mentions) {
    float[][] vectors = new float[mentions.size()][];
    List<String> alone = new ArrayList<>();
    List<Integer> alonePlaces = new ArrayList<>();
    List<TextPair> pairs = new ArrayList<>();
    List<Integer> pairPlaces = new ArrayList<>();
    for (int i = 0; i < vectors.length; i++) {
      Mention mention = mentions.get(i);
      Mention.@Nullable Context context = mention.context();
      if (contextWindow == 0 || context == null) {
        alone.add(mention.text());
        alonePlaces.add(i);
      } else {
        String query = encoder.options().queryPrefix() + mention.text();
        pairs.add(new TextPair(query, window(context, contextWindow)));
        pairPlaces.add(i);
      }
    }
    place(alone.isEmpty() ? new float[0][] : encoder.encodeQueries(alone), alonePlaces, vectors);
    place(pairs.isEmpty() ? new float[0][] : encoder.encodePairs(pairs), pairPlaces, vectors);
    for (int i = 0; i < vectors.length; i++) {
      VectorChunk.checkFinite(vectors[i], mentions.get(i).text());
    }
    return Arrays.asList(vectors);
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

  private static void place(float[][] made, List<Integer> places, float[][] vectors) {
    for (int i = 0; i < made.length; i++) {
      vectors[places.get(i)] = made[i];
    }
  }
}
