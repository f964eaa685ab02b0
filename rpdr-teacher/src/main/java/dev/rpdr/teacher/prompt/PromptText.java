package dev.rpdr.teacher.prompt;

import java.util.regex.Pattern;

/** Makes text from outside safe to stand in a prompt, and takes the same back. */
final class PromptText {
  private static final Pattern INVISIBLE = Pattern.compile("[\\p{Cf}\\p{Cs}\\p{Co}]+");
  private static final Pattern BREAKS = Pattern.compile("[\\s\\p{Z}\\p{Cc}]+");
  private static final Pattern ESCAPES = Pattern.compile("&(?=(?:lt|gt|amp);)");
  private static final Pattern OPENING = Pattern.compile("[<＜﹤]");
  private static final Pattern CLOSING = Pattern.compile("[>＞﹥]");

  private PromptText() {}

  /**
   * The text on one line and without angle brackets, so that it can neither close the tag it stands
   * in nor begin a line of its own: characters that are not seen (formats, which may hide text or
   * turn its direction, lone surrogates, private use) go, each run of white space and control
   * characters becomes one space, angle brackets of any width become {@code &lt;} and {@code &gt;},
   * and an ampersand is escaped only where it would read as one of these.
   */
  static String escape(String text) {
    return escapeWithin(text).strip();
  }

  /** As {@link #escape}, of a piece of a text: a space at either end stays. */
  static String escapeWithin(String text) {
    String seen = INVISIBLE.matcher(text).replaceAll("");
    String line = BREAKS.matcher(seen).replaceAll(" ");
    String safe = ESCAPES.matcher(line).replaceAll("&amp;");
    return CLOSING.matcher(OPENING.matcher(safe).replaceAll("&lt;")).replaceAll("&gt;");
  }

  /** What {@link #escape} escaped, as it was. */
  static String unescape(String text) {
    return text.indexOf('&') < 0
        ? text
        : text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
  }
}
