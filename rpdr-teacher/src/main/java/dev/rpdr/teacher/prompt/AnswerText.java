package dev.rpdr.teacher.prompt;

import java.text.Normalizer;
import java.util.Locale;

/**
 * Cleans what a model wrote: compatibility characters (full-width letters and digits, circled
 * numbers), quotes, brackets and arrows become plain ones; thinking and code fences go.
 */
final class AnswerText {
  /** Of a longer answer the end is read, where rankings stand. */
  private static final int MAX_LENGTH = 50_000;

  private static final String FENCES = "`~\"";

  private AnswerText() {}

  /** The text in its plain form; names of candidates are brought into it as well. */
  static String plain(String text) {
    String normal = Normalizer.normalize(text, Normalizer.Form.NFKC);
    StringBuilder plain = new StringBuilder(normal.length());
    boolean space = false;
    for (int i = 0; i < normal.length(); i++) {
      char c = normal.charAt(i);
      if (c == '\n' || c == '\r' || c == '\u2028' || c == '\u2029') {
        plain.append('\n');
        space = true;
      } else if (Character.isWhitespace(c) || Character.isSpaceChar(c)) {
        if (!space) {
          plain.append(' ');
        }
        space = true;
      } else if (Character.getType(c) != Character.FORMAT && !Character.isISOControl(c)) {
        plain.append(plain(c));
        space = false;
      }
    }
    return plain.toString().strip();
  }

  private static char plain(char c) {
    return switch (c) {
      case '【', '〔', '「', '『', '《', '〈', '〖' -> '[';
      case '】', '〕', '」', '』', '》', '〉', '〗' -> ']';
      case '“', '”', '„', '«' -> '"';
      case '‘', '’', '‚' -> '\'';
      case '。' -> '.';
      case '—', '–', '―', '−', '‐', '‑' -> '-';
      case '→', '⇒', '➜', '➔', '≻', '≫', '»' -> '>';
      default -> c;
    };
  }

  /** Cleans an answer, noting what was removed. */
  static String clean(String raw, Mends mends) {
    String text = raw;
    if (text.length() > MAX_LENGTH) {
      text = text.substring(text.length() - MAX_LENGTH);
      mends.note(Mend.PROSE);
    }
    return withoutFences(withoutThinking(plainLines(text), mends), mends);
  }

  private static String plainLines(String text) {
    return PromptText.unescape(plain(text));
  }

  /**
   * Without {@code <think>…</think>}. A closing tag alone ends thinking that began in the prompt;
   * an opening tag alone begins thinking that never ended.
   */
  private static String withoutThinking(String text, Mends mends) {
    String lower = lower(text);
    int close = -1;
    int closeEnd = 0;
    for (String tag : new String[] {"</think>", "</thinking>"}) {
      int at = lower.lastIndexOf(tag);
      if (at > close) {
        close = at;
        closeEnd = at + tag.length();
      }
    }
    String rest = text.substring(close < 0 ? 0 : closeEnd);
    String restLower = lower.substring(close < 0 ? 0 : closeEnd);
    int open = restLower.indexOf("<think");
    if (close >= 0 || open >= 0) {
      mends.note(Mend.THINKING);
    }
    if (close >= 0 && rest.isBlank()) {
      int first = Math.max(lower.indexOf("<think"), 0);
      return text.substring(0, first);
    }
    return open < 0 ? rest : rest.substring(0, open);
  }

  private static String withoutFences(String text, Mends mends) {
    if (!text.contains("```") && !text.contains("~~~") && !text.contains("\"\"\"")) {
      return text;
    }
    StringBuilder kept = new StringBuilder(text.length());
    boolean found = false;
    for (String line : text.split("\n", -1)) {
      String stripped = line.strip();
      boolean fence =
          stripped.startsWith("```") || stripped.startsWith("~~~") || stripped.startsWith("\"\"\"");
      if (!fence) {
        kept.append(line).append('\n');
        continue;
      }
      found = true;
      String inside = withoutMarks(stripped);
      if (!inside.matches("[A-Za-z]{2,12}")) {
        kept.append(inside).append('\n');
      }
    }
    if (found) {
      mends.note(Mend.FENCE);
    }
    return kept.toString().strip();
  }

  private static String withoutMarks(String line) {
    int from = 0;
    int to = line.length();
    while (from < to && FENCES.indexOf(line.charAt(from)) >= 0) {
      from++;
    }
    while (from < to && FENCES.indexOf(line.charAt(to - 1)) >= 0) {
      to--;
    }
    return line.substring(from, to).strip();
  }

  private static String lower(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    return lower.length() == text.length() ? lower : text;
  }
}
