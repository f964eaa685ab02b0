package dev.rpdr.cli;

import dev.rpdr.KnowledgeBase;
import dev.rpdr.io.Column;
import dev.rpdr.io.KnowledgeBaseReader;
import dev.rpdr.io.TableFormat;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine.Option;

/** Where the knowledge base is and how it is written. */
final class KnowledgeBaseOptions {
  @Option(
      names = "--kb",
      required = true,
      paramLabel = "FILE",
      description = "the knowledge base: .tsv, .csv, .jsonl or .json")
  private Path kb = Path.of("");

  @Option(
      names = "--kb-id",
      paramLabel = "COLUMN",
      defaultValue = "1",
      description =
          "column of the id, by name or counted from 1 (default: ${DEFAULT-VALUE}; for JSON give a name)")
  private String idColumn = "1";

  @Option(
      names = "--kb-name",
      paramLabel = "COLUMN",
      defaultValue = "2",
      description = "column of the preferred name (default: ${DEFAULT-VALUE})")
  private String nameColumn = "2";

  @Option(
      names = "--kb-header",
      description = "the first line of a TSV names its columns (a CSV's always does)")
  private boolean header;

  @Option(
      names = "--kb-charset",
      paramLabel = "NAME",
      defaultValue = "UTF-8",
      description = "charset of the knowledge base (default: ${DEFAULT-VALUE})")
  private String charset = "UTF-8";

  @Option(
      names = "--kb-format",
      paramLabel = "FORMAT",
      description = "tsv, csv or jsonl, where the file's name does not say so")
  private String format = "";

  @Option(names = "--kb-merge", description = "rows of the same id are names of one entity")
  private boolean merge;

  KnowledgeBase read() {
    KnowledgeBaseReader.Builder reader =
        KnowledgeBaseReader.builder(
            tableFormat(kb, format, charset, header),
            Column.parse(idColumn),
            Column.parse(nameColumn));
    return (merge ? reader.mergeRepeatedIds() : reader).build().read(kb);
  }

  /** The format that is named, or else that of the file's ending. */
  static TableFormat tableFormat(Path file, String named, String charset, boolean header) {
    String name = file.toString();
    String ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    TableFormat format = TableFormat.of(named.isEmpty() ? ending : named).withCharset(charset);
    return header ? format.withHeader(true) : format;
  }
}
