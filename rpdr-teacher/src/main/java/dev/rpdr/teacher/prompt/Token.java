package dev.rpdr.teacher.prompt;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A piece of a line of an answer.
 *
 * @param kind what it is
 * @param item the entry, of {@link Kind#ITEM} only
 * @param firm of an entry: whether something other than a space or a letter ends it, or its name
 *     follows its label, so that it cannot be a word of a sentence (the article "A")
 * @param joining of a word: whether it may stand between a separator and an entry ("and")
 */
record Token(Kind kind, @Nullable Item item, boolean firm, boolean joining) {
  enum Kind {
    ITEM,
    ARROW,
    COMMA,
    COLON,
    WORD
  }

  static final Token ARROW = new Token(Kind.ARROW, null, false, false);
  static final Token COMMA = new Token(Kind.COMMA, null, false, false);
  static final Token COLON = new Token(Kind.COLON, null, false, false);

  static Token word(boolean joining) {
    return new Token(Kind.WORD, null, false, joining);
  }

  static Token item(Item item, boolean firm) {
    return new Token(Kind.ITEM, item, firm, false);
  }

  boolean is(Kind other) {
    return kind == other;
  }

  boolean separates() {
    return kind == Kind.ARROW || kind == Kind.COMMA;
  }

  Item entry() {
    return Objects.requireNonNull(item, "only an ITEM has an entry");
  }
}
