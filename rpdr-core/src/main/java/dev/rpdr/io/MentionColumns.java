package dev.rpdr.io;

import dev.rpdr.Mention;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Where in a row a mention stands. */
record MentionColumns(Column mention, @Nullable Column id, @Nullable Context context) {
  MentionColumns {
    Objects.requireNonNull(mention, "mention");
  }

  /** The columns of a mention's context and of its offsets there. */
  record Context(Column text, Column start, Column end) {
    Context {
      Objects.requireNonNull(text, "text");
      Objects.requireNonNull(start, "start");
      Objects.requireNonNull(end, "end");
    }
  }

  static MentionColumns of(Column mention) {
    return new MentionColumns(mention, null, null);
  }

  MentionColumns withId(Column column) {
    return new MentionColumns(mention, Objects.requireNonNull(column, "column"), context);
  }

  MentionColumns withContext(Column text, Column start, Column end) {
    return new MentionColumns(mention, id, new Context(text, start, end));
  }

  Mention read(Row row) {
    Mention.Context around = null;
    if (context != null) {
      around =
          new Mention.Context(
              row.text(context.text()), row.integer(context.start()), row.integer(context.end()));
    }
    return new Mention(row.text(mention).trim(), around, id == null ? null : row.text(id));
  }
}
