package dev.rpdr.testkit.openai;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a {@code multipart/form-data} body, as far as an upload of one file needs.
 *
 * @param fields the values of plain fields by name
 * @param fileName the name of the file
 * @param content of the file, one character a byte; null where there is no file
 */
record Multipart(Map<String, String> fields, String fileName, @Nullable String content) {
  private static final Pattern BOUNDARY = Pattern.compile("boundary=\"?([^\";]+)\"?");
  private static final Pattern NAME = Pattern.compile("[; ]name=\"([^\"]*)\"");
  private static final Pattern FILE_NAME = Pattern.compile("filename=\"([^\"]*)\"");

  /** Parses a body; nothing where the header names no boundary. */
  static @Nullable Multipart parse(@Nullable String contentType, byte[] body) {
    Matcher boundary = BOUNDARY.matcher(contentType == null ? "" : contentType);
    if (!boundary.find()) {
      return null;
    }
    // one character a byte, so that what is cut out is what was sent
    String text = new String(body, StandardCharsets.ISO_8859_1);
    Map<String, String> fields = new HashMap<>();
    String fileName = "";
    String file = null;
    for (String part : text.split(Pattern.quote("--" + boundary.group(1)), -1)) {
      int head = part.indexOf("\r\n\r\n");
      if (head < 0) {
        continue;
      }
      String headers = part.substring(0, head);
      String content = part.substring(head + 4, part.length() - 2);
      Matcher name = NAME.matcher(headers);
      Matcher named = FILE_NAME.matcher(headers);
      if (named.find()) {
        fileName = named.group(1);
        file = content;
      } else if (name.find()) {
        fields.put(name.group(1), content);
      }
    }
    return new Multipart(fields, fileName, file);
  }

  /** The content of the file, or null where there is none. */
  byte @Nullable [] file() {
    return content == null ? null : content.getBytes(StandardCharsets.ISO_8859_1);
  }
}
