package dev.rpdr.cli;

import dev.rpdr.Mention;
import dev.rpdr.io.Column;
import dev.rpdr.io.MentionReader;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the unlabelled mentions are and how they are written. */
final class MentionOptions {
  @Option(
      names = "--mentions",
      required = true,
      paramLabel = "FILE",
      description =
          "the unlabelled mentions: .txt (one a line), .tsv, .csv, .jsonl or .json; labels in it are not read")
  private Path file = Path.of("");

  @Option(
      names = "--mention-column",
      paramLabel = "COLUMN",
      description =
          "column of the mention's text, by name or counted from 1 (default: mention where columns have names, 1 otherwise)")
  private @Nullable String column;

  @Option(names = "--mention-id", paramLabel = "COLUMN", description = "column of its id")
  private @Nullable String idColumn;

  @Option(
      names = "--mention-context",
      paramLabel = "TEXT,START,END",
      split = ",",
      description =
          "columns of the text around the mention and of its offsets there (UTF-16 units, end exclusive)")
  private List<String> context = List.of();

  @Option(names = "--mention-header", description = "the first line of a TSV names its columns")
  private boolean header;

  @Option(
      names = "--mention-charset",
      paramLabel = "NAME",
      defaultValue = "UTF-8",
      description = "charset of the mentions (default: ${DEFAULT-VALUE})")
  private String charset = "UTF-8";

  @Option(
      names = "--mention-format",
      paramLabel = "FORMAT",
      description = "txt, tsv, csv or jsonl, where the file's name does not say so")
  private String format = "";

  @Option(names = "--limit", paramLabel = "N", description = "only the first N mentions")
  private int limit = Integer.MAX_VALUE;

  List<Mention> read() {
    if (limit < 1) {
      throw new IllegalArgumentException("--limit must be >= 1, not " + limit);
    }
    List<Mention> mentions = isLines() ? lines() : table();
    return mentions.subList(0, Math.min(limit, mentions.size()));
  }

  private boolean isLines() {
    return format.equals("txt") || (format.isEmpty() && file.toString().endsWith(".txt"));
  }

  private List<Mention> lines() {
    if (column != null || idColumn != null || !context.isEmpty()) {
      throw new IllegalArgumentException(
          "a text file of one mention a line has no columns, so --mention-column, --mention-id and"
              + " --mention-context do not apply");
    }
    return MentionReader.readLines(file, Charset.forName(charset));
  }

  private List<Mention> table() {
    if (!context.isEmpty() && context.size() != 3) {
      throw new IllegalArgumentException(
          "--mention-context needs three columns, text, start and end, not " + context);
    }
    var table = KnowledgeBaseOptions.tableFormat(file, format, charset, header);
    String text = column == null ? (table.header() ? "mention" : "1") : column;
    MentionReader reader = MentionReader.of(table, Column.parse(text));
    if (idColumn != null) {
      reader = reader.withId(Column.parse(idColumn));
    }
    if (!context.isEmpty()) {
      List<Column> columns = context.stream().map(Column::parse).toList();
      reader = reader.withContext(columns.get(0), columns.get(1), columns.get(2));
    }
    return reader.read(file);
  }
}
