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
import java.util.regex.Pattern;

/**
 * Reads a concept dictionary as the field's Python tools write it (BioSyn, Sung et al. 2020): one
 * concept a line, {@code id[|id...]||name[|name...]}, the first name preferred, UTF-8. The first id
 * becomes the entity's; concepts of the same first id are merged.
 */
public final class DictionaryReader {
  private static final String PARTS = "||";
  private static final Pattern BAR = Pattern.compile("\\|");

  private DictionaryReader() {}

  /**
   * Reads a file.
   *
   * @throws DataFormatException naming file and line if it is missing or not written like that
   */
  public static KnowledgeBase read(Path file) {
    KnowledgeBase.Builder builder = KnowledgeBase.builder().mergeRepeatedIds();
    int number = 0;
    int concepts = 0;
    try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        number++;
        if (!line.isBlank()) {
          builder.add(entity(line));
          concepts++;
        }
      }
    } catch (NoSuchFileException e) {
      throw new DataFormatException("there is no file " + file, e);
    } catch (CharacterCodingException e) {
      throw new DataFormatException(file + " is not written in UTF-8", e);
    } catch (IOException e) {
      throw new DataFormatException("cannot read " + file + ": " + e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new DataFormatException(file + " line " + number + ": " + e.getMessage(), e);
    }
    if (concepts == 0) {
      throw new DataFormatException(file + " holds no concept");
    }
    return builder.build();
  }

  private static Entity entity(String line) {
    int parts = line.indexOf(PARTS);
    if (parts < 0) {
      throw new IllegalArgumentException("'||' is missing between ids and names");
    }
    List<String> names = new ArrayList<>();
    for (String name : BAR.split(line.substring(parts + PARTS.length()))) {
      if (!name.isBlank()) {
        names.add(name.trim());
      }
    }
    if (names.isEmpty()) {
      throw new IllegalArgumentException("there is no name after '||'");
    }
    String id = BAR.split(line.substring(0, parts))[0].trim();
    return new Entity(id, names.get(0), names.subList(1, names.size()), null);
  }
}
