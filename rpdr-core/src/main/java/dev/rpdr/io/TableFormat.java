package dev.rpdr.io;

import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Objects;

/**
 * How a table is written.
 *
 * @param syntax tab-separated, comma-separated or JSON
 * @param charset the file's charset; bytes that are not of it are an error, not a question mark
 * @param header whether the first line names the columns; always true in effect for JSON, whose
 *     objects name theirs
 */
public record TableFormat(Syntax syntax, Charset charset, boolean header) {
  public TableFormat {
    Objects.requireNonNull(syntax, "syntax");
    Objects.requireNonNull(charset, "charset");
  }

  /** The syntaxes that can be read. */
  public enum Syntax {
    /** Tab-separated; quotes are ordinary characters. */
    TSV,
    /** Comma-separated as in RFC 4180: fields may be quoted, quotes inside are doubled. */
    CSV,
    /** One JSON object a line, or one JSON array of objects. */
    JSONL
  }

  /** Tab-separated UTF-8 without a header. */
  public static TableFormat tsv() {
    return new TableFormat(Syntax.TSV, StandardCharsets.UTF_8, false);
  }

  /** Comma-separated UTF-8 with a header. */
  public static TableFormat csv() {
    return new TableFormat(Syntax.CSV, StandardCharsets.UTF_8, true);
  }

  /** JSON objects in UTF-8. */
  public static TableFormat jsonl() {
    return new TableFormat(Syntax.JSONL, StandardCharsets.UTF_8, true);
  }

  /**
   * By name.
   *
   * @param syntax tsv, csv, jsonl or json
   * @throws IllegalArgumentException for anything else
   */
  public static TableFormat of(String syntax) {
    return switch (syntax) {
      case "tsv" -> tsv();
      case "csv" -> csv();
      case "jsonl", "json" -> jsonl();
      default ->
          throw new IllegalArgumentException(
              "format '" + syntax + "' is unknown; known are tsv, csv, jsonl, json");
    };
  }

  /** This format with or without a header line. */
  public TableFormat withHeader(boolean newHeader) {
    return new TableFormat(syntax, charset, newHeader);
  }

  /** This format in another charset. */
  public TableFormat withCharset(Charset newCharset) {
    return new TableFormat(syntax, newCharset, header);
  }

  /**
   * This format in another charset, by name.
   *
   * @throws IllegalArgumentException if this platform does not know it
   */
  public TableFormat withCharset(String name) {
    try {
      return withCharset(Charset.forName(name));
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      throw new IllegalArgumentException(
          "charset '"
              + name
              + "' is unknown here; UTF-8, ISO-8859-1 and GB18030 are among the known",
          e);
    }
  }
}
