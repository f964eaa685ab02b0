package dev.rpdr.teacher.prompt;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Splits a line of an answer into entries, separators and words. Not thread-safe. */
final class Tokenizer {
  private static final Set<String> JOINING =
      Set.of(
          "and", "then", "or", "finally", "lastly", "followed", "by", "和", "及", "以及", "然后", "最后");
  private static final Set<String> PREFIXES =
      Set.of(
          "candidate",
          "candidates",
          "option",
          "options",
          "choice",
          "label",
          "item",
          "entity",
          "no",
          "number",
          "doc",
          "passage",
          "term",
          "候选",
          "候选词",
          "选项",
          "标号",
          "编号",
          "序号",
          "第");
  private static final int PARENTHESIS = 120;

  private final Vocabulary vocabulary;
  private final String line;
  private final List<Token> tokens = new ArrayList<>();
  private int at;

  private Tokenizer(Vocabulary vocabulary, String line, int from) {
    this.vocabulary = vocabulary;
    this.line = line;
    this.at = from;
  }

  static List<Token> tokens(Vocabulary vocabulary, String line, int from) {
    Tokenizer tokenizer = new Tokenizer(vocabulary, line, from);
    while (tokenizer.at < line.length()) {
      tokenizer.next();
    }
    return tokenizer.tokens;
  }

  private void next() {
    char c = line.charAt(at);
    if (c == '>') {
      add(Token.ARROW);
    } else if ((c == '-' || c == '=') && charAt(at + 1) == '>') {
      at++;
      add(Token.ARROW);
    } else if (!name() && !label()) {
      other(c);
    }
  }

  private void other(char c) {
    if (Character.isLetterOrDigit(c)) {
      word();
    } else if (",;|/、".indexOf(c) >= 0) {
      add(Token.COMMA);
    } else if (c == ':') {
      add(Token.COLON);
    } else if (c == '<'
        || c == '='
        || c == '%'
        || c == '?'
        || c == '!'
        || Character.isSurrogate(c)) {
      add(Token.word(false));
    } else {
      at++; // white space, brackets, quotes, stars, full stops, dashes: decoration
    }
  }

  private void add(Token token) {
    tokens.add(token);
    at++;
  }

  private boolean name() {
    if (!wordStarts(at)) {
      return false;
    }
    Vocabulary.Match match = vocabulary.name(line, at);
    if (match == null || vocabulary.label(line.substring(at, match.end())) != null) {
      return false;
    }
    at = match.end();
    skipParenthesis();
    tokens.add(Token.item(new Item(match.places(), true), firmAt(at)));
    return true;
  }

  private boolean label() {
    int end = labelEnd(at);
    Item item = end < 0 ? null : vocabulary.label(line.substring(at, end));
    if (item == null) {
      return false;
    }
    at = end;
    Vocabulary.Match named = nameAfterLabel();
    boolean firm = named != null || firmAt(at);
    if (named != null) {
      at = named.end();
      boolean agrees = item.known() && named.places().contains(item.places().get(0));
      item = agrees ? item : new Item(named.places(), true);
    }
    skipParenthesis();
    tokens.add(Token.item(item, firm));
    return true;
  }

  /** The end of the run of letters or of digits at {@code from} if it stands alone, or -1. */
  private int labelEnd(int from) {
    if (!wordStarts(from) || !Character.isLetterOrDigit(charAt(from))) {
      return -1;
    }
    int end = from;
    while (end < line.length() && Character.isLetterOrDigit(line.charAt(end))) {
      end++;
    }
    boolean digits = Character.isDigit(line.charAt(from));
    boolean decimal =
        digits
            && ((charAt(end) == '.' && Character.isDigit(charAt(end + 1)))
                || charAt(end) == '%'
                || (charAt(from - 1) == '.' && Character.isDigit(charAt(from - 2))));
    boolean inWord =
        charAt(end) == '\'' && Character.isLetter(charAt(end + 1))
            || charAt(end) == '-' && Character.isLetterOrDigit(charAt(end + 1));
    return decimal || inWord ? -1 : end;
  }

  /** The name that follows a label after at most a few marks: "B. Nausea", "B (Nausea)". */
  private Vocabulary.@Nullable Match nameAfterLabel() {
    int from = at;
    while (from < line.length()
        && from - at < 6
        && " .:)]}(-=*_\"'".indexOf(line.charAt(from)) >= 0) {
      from++;
    }
    if (from == at || !wordStarts(from)) {
      return null;
    }
    Vocabulary.Match match = vocabulary.name(line, from);
    return match == null || vocabulary.label(line.substring(from, match.end())) != null
        ? null
        : match;
  }

  private void skipParenthesis() {
    int from = at;
    while (charAt(from) == ' ' || charAt(from) == ')' || charAt(from) == ']') {
      from++;
    }
    if (charAt(from) != '(' || (from > at && charAt(at) == ')')) {
      return;
    }
    int close = from;
    while (close - from < PARENTHESIS && close < line.length() && line.charAt(close) != ')') {
      close++;
    }
    if (charAt(close) == ')') {
      at = close + 1;
    }
  }

  private void word() {
    int end = at;
    while (end < line.length() && Character.isLetterOrDigit(line.charAt(end))) {
      end++;
    }
    String word = line.substring(at, end).toLowerCase(Locale.ROOT);
    for (String prefix : PREFIXES) {
      if (word.startsWith(prefix) && prefixesLabel(word, prefix, end)) {
        return;
      }
    }
    at = end;
    tokens.add(Token.word(JOINING.contains(word)));
  }

  /** Whether the word is a prefix before a label ("Candidate 3", "候选3"), which is then read. */
  private boolean prefixesLabel(String word, String prefix, int wordEnd) {
    int start = at + prefix.length();
    String label = line.substring(start, wordEnd);
    if (word.length() == prefix.length()) {
      int next = wordEnd;
      while (charAt(next) == ' '
          || charAt(next) == '.'
          || charAt(next) == '#'
          || charAt(next) == '[') {
        next++;
      }
      int end = labelEnd(next);
      if (end < 0 || vocabulary.label(line.substring(next, end)) == null) {
        return false;
      }
      at = next;
      return true;
    }
    Item item = vocabulary.label(label);
    if (item == null) {
      return false;
    }
    at = wordEnd;
    skipParenthesis();
    tokens.add(Token.item(item, true));
    return true;
  }

  private boolean firmAt(int index) {
    return index >= line.length()
        || !(line.charAt(index) == ' ' && Character.isLetterOrDigit(charAt(index + 1)));
  }

  private boolean wordStarts(int index) {
    return !Character.isLetterOrDigit(charAt(index - 1));
  }

  private char charAt(int index) {
    return index >= 0 && index < line.length() ? line.charAt(index) : '\n';
  }
}
