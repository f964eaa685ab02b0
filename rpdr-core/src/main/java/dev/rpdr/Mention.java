package dev.rpdr;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A piece of text that names a concept and is to be linked.
 *
 * @param text the mention as written, not blank
 * @param context the text around it, or null where unknown
 * @param id the caller's own key, or null; never interpreted
 */
public record Mention(String text, @Nullable Context context, @Nullable String id) {
  public Mention {
    Objects.requireNonNull(text, "text");
    if (text.isBlank()) {
      throw new IllegalArgumentException(
          "a mention's text must not be blank" + (id == null ? "" : " (id " + id + ")"));
    }
  }

  /** A mention without context and id. */
  public static Mention of(String text) {
    return new Mention(text, null, null);
  }

  /**
   * The mention that stands in {@code text} from {@code start} (inclusive) to {@code end}
   * (exclusive), in UTF-16 units.
   */
  public static Mention in(String text, int start, int end) {
    Context context = new Context(text, start, end);
    return new Mention(text.substring(start, end), context, null);
  }

  /** This mention under an id. */
  public Mention withId(String newId) {
    return new Mention(text, context, Objects.requireNonNull(newId, "newId"));
  }

  /**
   * The text a mention stands in.
   *
   * @param text the whole text
   * @param start where the mention starts, in UTF-16 units, inclusive, 0 ≤ start &lt; end
   * @param end where it ends, exclusive, ≤ the text's length
   */
  public record Context(String text, int start, int end) {
    public Context {
      Objects.requireNonNull(text, "text");
      if (start < 0 || start >= end || end > text.length()) {
        throw new IllegalArgumentException(
            "offsets ["
                + start
                + ", "
                + end
                + ") do not lie in a context of "
                + text.length()
                + " characters; 0 <= start < end <= length is needed");
      }
    }
  }
}
