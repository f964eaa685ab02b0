package dev.rpdr.teacher.prompt;

import dev.rpdr.Mention;
import dev.rpdr.teacher.cost.TokenCounter;

/**
 * How much of a mention's context a prompt shows. Immutable.
 *
 * @param tokens the most tokens on either side of the mention, ≥ 0
 * @param counter counts them
 */
record ContextWindow(int tokens, TokenCounter counter) {
  /** No tokenizer makes a token of more characters on average. */
  private static final int CHARACTERS_A_TOKEN = 32;

  private static final String CUT = "…";

  ContextWindow {
    if (tokens < 0) {
      throw new IllegalArgumentException("context-tokens must be >= 0, not " + tokens);
    }
  }

  /** What stands in front of the mention, cut at the beginning of a word. */
  String before(Mention.Context context) {
    String text = context.text().substring(0, context.start());
    int low = 0; // how many characters surely fit
    int high = Math.min(text.length(), reach());
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (counter.count(text.substring(text.length() - middle)) <= tokens) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    int from = text.length() - low;
    if (from == 0) {
      return text;
    }
    int word = from;
    while (word < text.length() && insideWord(text, word)) {
      word++;
    }
    return CUT + text.substring(word < text.length() ? word : outsidePair(text, from, 1));
  }

  /** What stands behind the mention, cut at the end of a word. */
  String after(Mention.Context context) {
    String text = context.text().substring(context.end());
    int low = 0;
    int high = Math.min(text.length(), reach());
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (counter.count(text.substring(0, middle)) <= tokens) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    if (low == text.length()) {
      return text;
    }
    int word = low;
    while (word > 0 && insideWord(text, word)) {
      word--;
    }
    return text.substring(0, word > 0 ? word : outsidePair(text, low, -1)) + CUT;
  }

  private int reach() {
    return (int) Math.min((long) tokens * CHARACTERS_A_TOKEN, Integer.MAX_VALUE);
  }

  /** Whether a cut here would part letters that belong together; Chinese is cut anywhere. */
  private static boolean insideWord(String text, int at) {
    int before = text.codePointBefore(at == 0 ? 1 : at);
    int here = text.codePointAt(at);
    return at > 0
        && (Character.isLowSurrogate(text.charAt(at))
            || (Character.isLetterOrDigit(before)
                && Character.isLetterOrDigit(here)
                && !Character.isIdeographic(before)
                && !Character.isIdeographic(here)));
  }

  private static int outsidePair(String text, int at, int step) {
    return at > 0 && at < text.length() && Character.isLowSurrogate(text.charAt(at))
        ? at + step
        : at;
  }
}
