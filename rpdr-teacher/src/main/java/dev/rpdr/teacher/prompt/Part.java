package dev.rpdr.teacher.prompt;

import dev.rpdr.DataFormatException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One part of a prompt template: text with placeholders in single braces. A double brace stands for
 * a brace of the text. Checked when made; filled in one pass, so that what is filled in is never
 * itself read as a placeholder. Immutable.
 */
final class Part {
  private static final Pattern TOKEN = Pattern.compile("\\{\\{|\\}\\}|\\{([^{}\\n]*)\\}|[{}]");

  private final String source;
  private final List<String> pieces = new ArrayList<>();

  private Part(String source) {
    this.source = source;
  }

  /**
   * Reads a part.
   *
   * @param name what the part is called, for messages
   * @param allowed the placeholders that may stand in it
   * @param needed those that must
   * @throws DataFormatException naming part, placeholder and what is allowed
   */
  static Part parse(String name, String source, Set<String> allowed, Set<String> needed) {
    Part part = new Part(source);
    Set<String> missing = new TreeSet<>(needed);
    StringBuilder text = new StringBuilder();
    Matcher matcher = TOKEN.matcher(source);
    int from = 0;
    while (matcher.find()) {
      text.append(source, from, matcher.start());
      from = matcher.end();
      String placeholder = matcher.group(1);
      if (placeholder != null) {
        if (!allowed.contains(placeholder)) {
          throw new DataFormatException(
              "part '"
                  + name
                  + "' has the unknown placeholder {"
                  + placeholder
                  + "}; "
                  + (allowed.isEmpty()
                      ? "none is allowed there"
                      : "allowed there are " + braces(allowed))
                  + "; a brace of the text is written twice");
        }
        missing.remove(placeholder);
        part.pieces.add(text.toString());
        part.pieces.add(placeholder);
        text.setLength(0);
      } else if (matcher.group().length() == 2) {
        text.append(matcher.group().charAt(0));
      } else {
        throw new DataFormatException(
            "part '"
                + name
                + "' has a single '"
                + matcher.group()
                + "' at character "
                + (matcher.start() + 1)
                + "; a brace of the text is written twice");
      }
    }
    part.pieces.add(text.append(source, from, source.length()).toString());
    if (!missing.isEmpty()) {
      throw new DataFormatException("part '" + name + "' needs " + braces(missing));
    }
    return part;
  }

  /** The text with each placeholder replaced. A line that is left empty by doing so is dropped. */
  String fill(Map<String, String> values) {
    StringBuilder filled = new StringBuilder();
    for (int i = 0; i < pieces.size(); i++) {
      if (i % 2 == 0) {
        filled.append(pieces.get(i));
        continue;
      }
      String value = values.getOrDefault(pieces.get(i), "");
      String next = pieces.get(i + 1);
      boolean startsLine = filled.isEmpty() || filled.charAt(filled.length() - 1) == '\n';
      if (value.isEmpty() && startsLine && next.startsWith("\n")) {
        filled.append(next, 1, next.length());
        i++;
      } else {
        filled.append(value);
      }
    }
    return filled.toString();
  }

  /** The part as it stands in its file. */
  String source() {
    return source;
  }

  private static String braces(Set<String> placeholders) {
    return String.join(", ", new TreeSet<>(placeholders).stream().map(p -> "{" + p + "}").toList());
  }
}
