package dev.rpdr.eval;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Makes file names out of any text, each different from the last ones also where case does not
 * count. Letters and digits of any script and {@code . _ - @ + =} stay; everything else becomes
 * {@code _}.
 */
final class FileNames {
  private static final int MAX_LENGTH = 80;

  /** Names that Windows keeps for devices, whatever follows a dot. */
  private static final Pattern RESERVED =
      Pattern.compile("(con|prn|aux|nul|com\\d|lpt\\d)(\\..*)?", Pattern.CASE_INSENSITIVE);

  private final Set<String> taken = new HashSet<>();

  String of(String text) {
    String name =
        text.codePoints()
            .map(c -> Character.isLetterOrDigit(c) || "._-@+=".indexOf(c) >= 0 ? c : '_')
            .limit(MAX_LENGTH)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
    if (name.isEmpty() || name.startsWith(".") || RESERVED.matcher(name).matches()) {
      name = "_" + name;
    }
    String unique = name;
    for (int i = 2; !taken.add(unique.toLowerCase(Locale.ROOT)); i++) {
      unique = name + "-" + i;
    }
    return unique;
  }
}
