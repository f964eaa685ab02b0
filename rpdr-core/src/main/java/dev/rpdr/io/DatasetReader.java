package dev.rpdr.io;

import dev.rpdr.DataFormatException;
import dev.rpdr.Dataset;
import dev.rpdr.Gold;
import dev.rpdr.LabelledMention;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads labelled mentions from a table of one mention a row.
 *
 * <pre>{@code
 * Dataset test = DatasetReader.builder(TableFormat.tsv().withCharset("ISO-8859-1"), Column.number(3), Column.number(1))
 *     .build().read("test", Path.of("AskAPatient.fold-0.test.txt"));
 * }</pre>
 *
 * <p>Immutable and thread-safe.
 */
public final class DatasetReader {
  private final Builder settings;

  private DatasetReader(Builder settings) {
    this.settings = settings;
  }

  /**
   * A reader of mentions and gold ids.
   *
   * @param mention the column of the mention's text
   * @param gold the column of the gold id or ids
   */
  public static Builder builder(TableFormat format, Column mention, Column gold) {
    return new Builder(format, mention, gold);
  }

  /**
   * Reads a file.
   *
   * @param name what the dataset is called in reports
   * @throws DataFormatException naming file and row if it does not hold what was described
   */
  public Dataset read(String name, Path file) {
    List<LabelledMention> mentions = new ArrayList<>();
    Rows.forEach(
        file,
        settings.format,
        row -> {
          if (settings.where.entrySet().stream()
              .allMatch(filter -> row.values(filter.getKey()).equals(List.of(filter.getValue())))) {
            mentions.add(labelled(row));
          }
        });
    if (mentions.isEmpty()) {
      throw new DataFormatException(
          file
              + " holds no mention"
              + (settings.where.isEmpty() ? "" : " where " + settings.where));
    }
    return new Dataset(name, mentions);
  }

  private LabelledMention labelled(Row row) {
    return new LabelledMention(settings.mention.read(row), gold(row));
  }

  /** Each JSON array element, or each part of a text cut at the composite separator, is a part. */
  private Gold gold(Row row) {
    List<Set<String>> parts = new ArrayList<>();
    for (String value : row.values(settings.gold)) {
      for (String part : split(value, settings.compositeSeparator)) {
        Set<String> alternatives = new LinkedHashSet<>();
        for (String alternative : split(part, settings.alternativeSeparator)) {
          alternatives.add(alternative.trim());
        }
        parts.add(alternatives);
      }
    }
    return new Gold(parts);
  }

  private static String[] split(String text, @Nullable String separator) {
    return separator == null ? new String[] {text} : text.split(Pattern.quote(separator), -1);
  }

  /** Says where in a row things stand. Not thread-safe. */
  public static final class Builder {
    private final TableFormat format;
    private MentionColumns mention;
    private final Column gold;
    private @Nullable String alternativeSeparator;
    private @Nullable String compositeSeparator;
    private final Map<Column, String> where = new LinkedHashMap<>();

    private Builder(TableFormat format, Column mention, Column gold) {
      this.format = Objects.requireNonNull(format, "format");
      this.mention = MentionColumns.of(mention);
      this.gold = Objects.requireNonNull(gold, "gold");
    }

    private Builder(Builder other) {
      format = other.format;
      mention = other.mention;
      gold = other.gold;
      alternativeSeparator = other.alternativeSeparator;
      compositeSeparator = other.compositeSeparator;
      where.putAll(other.where);
    }

    /** The column of the mention's own id. */
    public Builder id(Column column) {
      mention = mention.withId(column);
      return this;
    }

    /**
     * The columns of the text around the mention and of its offsets there, in UTF-16 units, end
     * exclusive.
     */
    public Builder context(Column text, Column start, Column end) {
      mention = mention.withContext(text, start, end);
      return this;
    }

    /** What stands between ids any of which is right, such as {@code |}; none by default. */
    public Builder alternatives(String separator) {
      alternativeSeparator = notEmpty(separator, "alternatives");
      return this;
    }

    /**
     * What stands between the parts of a composite gold, such as {@code +} or {@code ##}; none by
     * default.
     */
    public Builder composite(String separator) {
      compositeSeparator = notEmpty(separator, "composite");
      return this;
    }

    /**
     * Only rows whose column holds exactly this value are read, such as one split of a file;
     * several conditions must all hold.
     */
    public Builder where(Column column, String value) {
      where.put(Objects.requireNonNull(column, "column"), Objects.requireNonNull(value, "value"));
      return this;
    }

    /** The reader. */
    public DatasetReader build() {
      return new DatasetReader(new Builder(this));
    }

    private static String notEmpty(String separator, String name) {
      if (separator.isEmpty()) {
        throw new IllegalArgumentException("the separator of " + name + " must not be empty");
      }
      return separator;
    }
  }
}
