package dev.rpdr.io;

import dev.rpdr.DataFormatException;
import dev.rpdr.Mention;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Reads unlabelled mentions, those that a teacher is asked about: from a table of one mention a
 * row, or from plain text of one mention a line. Immutable and thread-safe.
 */
public final class MentionReader {
  private final TableFormat format;
  private final MentionColumns columns;

  private MentionReader(TableFormat format, MentionColumns columns) {
    this.format = format;
    this.columns = columns;
  }

  /**
   * A reader of a table.
   *
   * @param mention the column of the mention's text
   */
  public static MentionReader of(TableFormat format, Column mention) {
    return new MentionReader(Objects.requireNonNull(format, "format"), MentionColumns.of(mention));
  }

  /** This reader, with the column of the mention's own id. */
  public MentionReader withId(Column column) {
    return new MentionReader(format, columns.withId(column));
  }

  /**
   * This reader, with the columns of the text around the mention and of its offsets there, in
   * UTF-16 units, end exclusive.
   */
  public MentionReader withContext(Column text, Column start, Column end) {
    return new MentionReader(format, columns.withContext(text, start, end));
  }

  /**
   * Reads a table.
   *
   * @throws DataFormatException naming file and row if it does not hold what was described
   */
  public List<Mention> read(Path file) {
    List<Mention> mentions = new ArrayList<>();
    Rows.forEach(file, format, row -> mentions.add(columns.read(row)));
    return notEmpty(mentions, file);
  }

  /**
   * Reads plain text, one mention a line; blank lines are passed over.
   *
   * @throws DataFormatException if the file cannot be read in this charset or holds no mention
   */
  public static List<Mention> readLines(Path file, Charset charset) {
    try {
      List<String> lines = Files.readAllLines(file, charset);
      return notEmpty(
          lines.stream()
              .filter(line -> !line.isBlank())
              .map(String::strip)
              .map(Mention::of)
              .toList(),
          file);
    } catch (NoSuchFileException e) {
      throw new DataFormatException("there is no file " + file, e);
    } catch (CharacterCodingException e) {
      throw new DataFormatException(
          file + " is not written in " + charset + "; state its charset", e);
    } catch (IOException e) {
      throw new DataFormatException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private static List<Mention> notEmpty(List<Mention> mentions, Path file) {
    if (mentions.isEmpty()) {
      throw new DataFormatException(file + " holds no mention");
    }
    return List.copyOf(mentions);
  }
}
