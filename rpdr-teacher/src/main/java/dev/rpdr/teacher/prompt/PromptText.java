package dev.rpdr.teacher.prompt;

import dev.rpdr.Mention;
import java.util.regex.Pattern;

/** Makes text from outside safe to stand in a prompt, and takes the same back. */
final class PromptText {
  private static final Pattern BREAKS = Pattern.compile("[\\s\\p{Z}\\p{Cc}]+");
  private static final Pattern ESCAPES = Pattern.compile("&(?=(?:lt|gt|amp);)");

  private PromptText() {}

  /**
   * The text on one line and without angle brackets, so that it can neither close the tag it stands
   * in nor begin a line of its own: each run of white space and control characters becomes one
   * space, {@code <} and {@code >} become {@code &lt;} and {@code &gt;}, and an ampersand is
   * escaped only where it would read as one of these.
   */
  static String escape(String text) {
    String line = BREAKS.matcher(text).replaceAll(" ").strip();
    return ESCAPES.matcher(line).replaceAll("&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  /** What {@link #escape} escaped, as it was. */
  static String unescape(String text) {
    return text.indexOf('&') < 0
        ? text
        : text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
  }

  /** The context, cut to at most {@code window} UTF-16 units on either side of the mention. */
  static String around(Mention.Context context, int window) {
    String text = context.text();
    int from = Math.max(0, context.start() - window);
    int to = Math.min(text.length(), context.end() + window);
    if (from > 0 && Character.isLowSurrogate(text.charAt(from))) {
      from++;
    }
    if (to < text.length() && Character.isLowSurrogate(text.charAt(to))) {
      to--;
    }
    return (from > 0 ? "…" : "") + text.substring(from, to) + (to < text.length() ? "…" : "");
  }
}
