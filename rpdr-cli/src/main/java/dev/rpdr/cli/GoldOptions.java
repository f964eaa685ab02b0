package dev.rpdr.cli;

import dev.rpdr.Dataset;
import dev.rpdr.Gold;
import dev.rpdr.LabelledMention;
import dev.rpdr.Ranking;
import dev.rpdr.cli.distill.Lesson;
import dev.rpdr.io.Column;
import dev.rpdr.io.DatasetReader;
import dev.rpdr.io.TableFormat;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Where mentions with known answers are and how they are written, or a teacher's answers instead.
 */
final class GoldOptions {
  @Option(
      names = "--rows",
      paramLabel = "FILE",
      description =
          "mentions whose answers are known, none of them trained on: .tsv, .csv, .jsonl or .json")
  private @Nullable Path file;

  @Option(
      names = "--rankings",
      split = ",",
      paramLabel = "FILE",
      description =
          "in place of --rows, where no answers are known: rankings of the teacher that no student"
              + " learned from, its journal or JSON lines; its first choices are taken for right")
  private List<Path> rankings = List.of();

  @Option(
      names = "--rows-mention",
      paramLabel = "COLUMN",
      description =
          "column of the mention's text, by name or counted from 1 (default: mention where columns have names, 1 otherwise)")
  private @Nullable String mention;

  @Option(
      names = "--rows-gold",
      paramLabel = "COLUMN",
      description = "column of the right id (default: gold where columns have names, 2 otherwise)")
  private @Nullable String gold;

  @Option(
      names = "--rows-alternatives",
      paramLabel = "TEXT",
      description = "what stands between ids any of which is right, such as |")
  private @Nullable String alternatives;

  @Option(
      names = "--rows-composite",
      paramLabel = "TEXT",
      description = "what stands between the parts of a composite answer, such as ##")
  private @Nullable String composite;

  @Option(names = "--rows-header", description = "the first line of a TSV names its columns")
  private boolean header;

  @Option(
      names = "--rows-charset",
      paramLabel = "NAME",
      defaultValue = "UTF-8",
      description = "charset of the rows (default: ${DEFAULT-VALUE})")
  private String charset = "UTF-8";

  @Option(
      names = "--rows-format",
      paramLabel = "FORMAT",
      description = "tsv, csv or jsonl, where the file's name does not say so")
  private String format = "";

  /**
   * The rows.
   *
   * @throws IllegalArgumentException if it is not said where they are, or said twice
   */
  Dataset read() {
    if ((file == null) == rankings.isEmpty()) {
      throw new IllegalArgumentException(
          "say where answers are with either --rows FILE (known ones) or --rankings FILE (a"
              + " teacher's)");
    }
    return file == null ? taught() : known(file);
  }

  private Dataset taught() {
    List<LabelledMention> rows = new ArrayList<>();
    for (Ranking ranking : Lesson.read(rankings).training().rankings()) {
      ranking
          .best()
          .ifPresent(
              entity -> rows.add(new LabelledMention(ranking.mention(), Gold.of(entity.id()))));
    }
    return new Dataset("rankings", rows);
  }

  private Dataset known(Path table) {
    return reader(KnowledgeBaseOptions.tableFormat(table, format, charset, header))
        .read(String.valueOf(table.getFileName()), table);
  }

  private DatasetReader reader(TableFormat table) {
    DatasetReader.Builder reader =
        DatasetReader.builder(
            table, column(mention, table, "mention", "1"), column(gold, table, "gold", "2"));
    if (alternatives != null) {
      reader.alternatives(alternatives);
    }
    if (composite != null) {
      reader.composite(composite);
    }
    return reader.build();
  }

  private static Column column(
      @Nullable String given, TableFormat table, String name, String number) {
    return Column.parse(given != null ? given : table.header() ? name : number);
  }
}
