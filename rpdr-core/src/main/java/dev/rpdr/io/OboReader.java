package dev.rpdr.io;

import dev.rpdr.DataFormatException;
import dev.rpdr.Entity;
import dev.rpdr.KnowledgeBase;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the terms of an ontology in OBO format 1.2 (HPO, the Disease Ontology, Uberon): each {@code
 * [Term]} stanza with an id and a name becomes an entity whose synonyms are the stanza's {@code
 * EXACT} ones; broader, narrower and related ones mean something else. Obsolete terms, other
 * stanzas and other tags are passed over. The file is UTF-8.
 */
public final class OboReader {
  private static final Pattern SYNONYM =
      Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"(?:\\s+([A-Z]+))?.*");
  private static final Pattern ESCAPE = Pattern.compile("\\\\(.)");

  private OboReader() {}

  /**
   * Reads a file.
   *
   * @throws DataFormatException naming file and line if it is missing, not UTF-8, or holds no term
   */
  public static KnowledgeBase read(Path file) {
    KnowledgeBase.Builder builder = KnowledgeBase.builder();
    int terms = 0;
    try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      Stanza stanza = null;
      int number = 0;
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        number++;
        if (line.startsWith("[")) {
          terms += add(stanza, builder, file);
          stanza = line.startsWith("[Term]") ? new Stanza(number) : null;
        } else if (stanza != null) {
          stanza.read(line);
        }
      }
      terms += add(stanza, builder, file);
    } catch (NoSuchFileException e) {
      throw new DataFormatException("there is no file " + file, e);
    } catch (CharacterCodingException e) {
      throw new DataFormatException(file + " is not written in UTF-8, as OBO files are", e);
    } catch (IOException e) {
      throw new DataFormatException("cannot read " + file + ": " + e.getMessage(), e);
    }
    if (terms == 0) {
      throw new DataFormatException(file + " holds no [Term] with an id and a name");
    }
    return builder.build();
  }

  private static int add(@Nullable Stanza stanza, KnowledgeBase.Builder builder, Path file) {
    if (stanza == null || stanza.obsolete) {
      return 0;
    }
    if (stanza.id == null || stanza.name == null) {
      throw new DataFormatException(
          file + " line " + stanza.line + ": this [Term] lacks an id or a name");
    }
    try {
      builder.add(new Entity(stanza.id, stanza.name, stanza.synonyms, null));
    } catch (IllegalArgumentException e) {
      throw new DataFormatException(file + " line " + stanza.line + ": " + e.getMessage(), e);
    }
    return 1;
  }

  private static String unescaped(String text) {
    Matcher matcher = ESCAPE.matcher(text);
    return matcher.replaceAll(
        escape ->
            switch (escape.group(1)) {
              case "n" -> "\n";
              case "t" -> "\t";
              case "W" -> " ";
              default -> Matcher.quoteReplacement(escape.group(1));
            });
  }

  /** What has been read of a term. */
  private static final class Stanza {
    private final int line;
    private final List<String> synonyms = new ArrayList<>();
    private @Nullable String id;
    private @Nullable String name;
    private boolean obsolete;

    Stanza(int line) {
      this.line = line;
    }

    void read(String text) {
      int colon = text.indexOf(": ");
      if (colon < 0) {
        return;
      }
      String value = text.substring(colon + 2).trim();
      switch (text.substring(0, colon)) {
        case "id" -> id = value;
        case "name" -> name = unescaped(value);
        case "is_obsolete" -> obsolete = value.startsWith("true");
        case "synonym" -> {
          Matcher synonym = SYNONYM.matcher(value);
          if (synonym.matches() && "EXACT".equals(synonym.group(2))) {
            String wording = unescaped(synonym.group(1)).trim();
            if (!wording.isEmpty()) {
              synonyms.add(wording);
            }
          }
        }
        default -> {
          // other tags say nothing about names
        }
      }
    }
  }
}
