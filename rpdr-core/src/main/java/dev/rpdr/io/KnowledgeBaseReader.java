package dev.rpdr.io;

import dev.rpdr.DataFormatException;
import dev.rpdr.Entity;
import dev.rpdr.KnowledgeBase;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads a knowledge base from a table of one entity, or one name, a row.
 *
 * <pre>{@code
 * KnowledgeBase kb = KnowledgeBaseReader.builder(TableFormat.tsv(), Column.number(1), Column.number(2))
 *     .build().read(Path.of("icd10.tsv"));
 * }</pre>
 *
 * <p>Immutable and thread-safe.
 */
public final class KnowledgeBaseReader {
  private final Builder settings;

  private KnowledgeBaseReader(Builder settings) {
    this.settings = settings;
  }

  /**
   * A reader of ids and names.
   *
   * @param id the column of the id; where a list has names alone, the same as {@code name}
   * @param name the column of the preferred name
   */
  public static Builder builder(TableFormat format, Column id, Column name) {
    return new Builder(format, id, name);
  }

  /**
   * Reads a file.
   *
   * @throws DataFormatException naming file and row if it does not hold what was described
   */
  public KnowledgeBase read(Path file) {
    KnowledgeBase.Builder builder = KnowledgeBase.builder();
    if (settings.mergeRepeatedIds) {
      builder.mergeRepeatedIds();
    }
    int[] rows = {0};
    Rows.forEach(
        file,
        settings.format,
        row -> {
          builder.add(entity(row));
          rows[0]++;
        });
    if (rows[0] == 0) {
      throw new DataFormatException(file + " holds no entity");
    }
    return builder.build();
  }

  private Entity entity(Row row) {
    List<String> synonyms = new ArrayList<>();
    Column synonymColumn = settings.synonyms;
    if (synonymColumn != null) {
      for (String value : row.values(synonymColumn)) {
        String separator = settings.separator;
        for (String synonym :
            separator == null ? new String[] {value} : value.split(Pattern.quote(separator), -1)) {
          if (!synonym.isBlank()) {
            synonyms.add(synonym.trim());
          }
        }
      }
    }
    Column typeColumn = settings.semanticType;
    List<String> types = typeColumn == null ? List.of() : row.values(typeColumn);
    return new Entity(
        row.text(settings.id).trim(),
        row.text(settings.name).trim(),
        synonyms,
        types.isEmpty() ? null : types.get(0));
  }

  /** Says where in a row things stand. Not thread-safe. */
  public static final class Builder {
    private final TableFormat format;
    private final Column id;
    private final Column name;
    private @Nullable Column synonyms;
    private @Nullable String separator;
    private @Nullable Column semanticType;
    private boolean mergeRepeatedIds;

    private Builder(TableFormat format, Column id, Column name) {
      this.format = Objects.requireNonNull(format, "format");
      this.id = Objects.requireNonNull(id, "id");
      this.name = Objects.requireNonNull(name, "name");
    }

    private Builder(Builder other) {
      format = other.format;
      id = other.id;
      name = other.name;
      synonyms = other.synonyms;
      separator = other.separator;
      semanticType = other.semanticType;
      mergeRepeatedIds = other.mergeRepeatedIds;
    }

    /**
     * The column of synonyms: a JSON array, or one text.
     *
     * @param newSeparator what stands between synonyms inside a text, or null where a cell is one
     *     synonym
     */
    public Builder synonyms(Column column, @Nullable String newSeparator) {
      if (newSeparator != null && newSeparator.isEmpty()) {
        throw new IllegalArgumentException(
            "the separator of synonyms must not be empty; give null where a cell is one synonym");
      }
      synonyms = Objects.requireNonNull(column, "column");
      separator = newSeparator;
      return this;
    }

    /** The column of the semantic type. */
    public Builder semanticType(Column column) {
      semanticType = Objects.requireNonNull(column, "column");
      return this;
    }

    /**
     * Rows of the same id are names of one entity, the first being preferred; otherwise refused.
     */
    public Builder mergeRepeatedIds() {
      mergeRepeatedIds = true;
      return this;
    }

    /** The reader. */
    public KnowledgeBaseReader build() {
      return new KnowledgeBaseReader(new Builder(this));
    }
  }
}
