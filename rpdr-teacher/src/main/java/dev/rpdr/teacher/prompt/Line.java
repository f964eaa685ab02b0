package dev.rpdr.teacher.prompt;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line of an answer, understood.
 *
 * @param kind what it is
 * @param items its entries: of {@link Kind#ENTRY} and {@link Kind#REMARK} one, of {@link
 *     Kind#CHAIN} several, otherwise none
 * @param ordinal the number in front ("3. B"), or -1
 * @param arrow whether an arrow joins its entries
 * @param pure whether it holds nothing besides
 * @param joins whether it begins with a separator, so that it goes on from the line before
 * @param open whether it ends with a separator, so that the next line may go on
 * @param embedded chains within a sentence
 */
record Line(
    Kind kind,
    List<Item> items,
    int ordinal,
    boolean arrow,
    boolean pure,
    boolean joins,
    boolean open,
    List<Embedded> embedded) {
  enum Kind {
    BLANK,
    ENTRY,
    /** An entry with words behind it: "B. because …". */
    REMARK,
    CHAIN,
    PROSE;

    boolean single() {
      return this == ENTRY || this == REMARK;
    }
  }

  /** Entries joined by separators within a sentence. */
  record Embedded(List<Item> items, boolean arrow) {}

  private static final Pattern COUNT = Pattern.compile("\\d{1,3}");
  private static final Pattern BULLET = Pattern.compile("^[ \\-*•+#]+");
  private static final Pattern ORDINAL =
      Pattern.compile(
          "^[\\[(*]{0,2}(?:rank|top|place|no\\.?|#|第)? ?(\\d{1,3})(?:st|nd|rd|th|名|位)?(?=[^0-9A-Za-z%])\\**"
              + "(?<mark> ?[.):|、\\]*=-]+)? ?",
          Pattern.CASE_INSENSITIVE);

  static Line parse(Vocabulary vocabulary, String text) {
    String line = text.strip();
    if (line.startsWith("|")) {
      return row(vocabulary, line);
    }
    Matcher bullet = BULLET.matcher(line);
    int from = bullet.find() ? bullet.end() : 0;
    boolean list = from > 0;
    Matcher ordinal = ORDINAL.matcher(line).region(from, line.length());
    if (ordinal.find()) {
      int number = Integer.parseInt(ordinal.group(1));
      List<Token> rest = Tokenizer.tokens(vocabulary, line, ordinal.end());
      if (ordinalStands(vocabulary, ordinal, number, rest)) {
        return of(rest, number, true);
      }
    }
    return of(Tokenizer.tokens(vocabulary, line, from), -1, list);
  }

  /** A row of a table: an entry in its first cell, or in its second where the first counts rows. */
  private static Line row(Vocabulary vocabulary, String line) {
    List<String> cells = new ArrayList<>();
    for (String cell : line.split("\\|", -1)) {
      if (!cell.isBlank()) {
        cells.add(cell.strip());
      }
    }
    List<List<Token>> tokens =
        cells.stream().map(cell -> Tokenizer.tokens(vocabulary, cell, 0)).toList();
    boolean counted = cells.size() > 1 && COUNT.matcher(cells.get(0)).matches();
    for (int i = counted && begins(tokens.get(1)) ? 1 : 0; i < Math.min(2, cells.size()); i++) {
      if (begins(tokens.get(i))) {
        int ordinal = i == 1 && counted ? Integer.parseInt(cells.get(0)) : -1;
        List<Item> items = List.of(tokens.get(i).get(0).entry());
        return new Line(Kind.ENTRY, items, ordinal, false, false, false, false, List.of());
      }
    }
    boolean rule = tokens.stream().allMatch(List::isEmpty);
    return of(rule ? List.of() : List.of(Token.word(false)), -1, false);
  }

  private static boolean begins(List<Token> tokens) {
    return !tokens.isEmpty() && tokens.get(0).is(Token.Kind.ITEM);
  }

  /** Whether a number in front counts lines and is no label itself. */
  private static boolean ordinalStands(
      Vocabulary vocabulary, Matcher ordinal, int number, List<Token> rest) {
    if (!begins(rest)) {
      return false;
    }
    if (vocabulary.style() == LabelStyle.LETTERS) {
      return true;
    }
    String mark = ordinal.group("mark") == null ? "" : ordinal.group("mark").strip();
    if (mark.isEmpty() || ordinal.group().startsWith("[")) {
      return false;
    }
    Item first = rest.get(0).entry();
    return first.byName()
        ? !first.places().contains(number - 1)
        : mark.startsWith(".") || mark.startsWith(")") || mark.equals(":");
  }

  private static Line of(List<Token> words, int ordinal, boolean list) {
    List<Token> tokens = withStrangers(words);
    if (tokens.isEmpty()) {
      return new Line(Kind.BLANK, List.of(), ordinal, false, true, false, false, List.of());
    }
    int lead = lead(tokens);
    List<Token> body = tokens.subList(lead, tokens.size());
    List<Item> items = pureItems(body);
    if (!items.isEmpty()) {
      boolean arrow = body.stream().anyMatch(token -> token.is(Token.Kind.ARROW));
      boolean open = body.get(body.size() - 1).separates();
      boolean several = items.size() > 1 || arrow || open;
      Kind kind = several ? Kind.CHAIN : Kind.ENTRY;
      boolean joins = body.get(0).separates();
      return new Line(kind, items, ordinal, arrow, lead == 0, joins, open, List.of());
    }
    Token first = tokens.get(0);
    boolean entry =
        first.is(Token.Kind.ITEM)
            && first.firm()
            && (!first.entry().byName() || list)
            && tokens.size() > 1
            && !tokens.get(1).separates();
    if (entry || (first.is(Token.Kind.ITEM) && ordinal >= 0 && !tokens.get(1).separates())) {
      return new Line(
          Kind.REMARK,
          List.of(first.entry()),
          ordinal,
          false,
          false,
          false,
          false,
          embedded(tokens));
    }
    return new Line(Kind.PROSE, List.of(), ordinal, false, false, false, false, embedded(tokens));
  }

  /**
   * The tokens, with the words between an arrow and the next arrow or the end as one unknown entry:
   * a label or name that is not on offer must not break a chain in two.
   */
  private static List<Token> withStrangers(List<Token> tokens) {
    List<Token> kept = new ArrayList<>(tokens.size());
    for (int i = 0; i < tokens.size(); i++) {
      kept.add(tokens.get(i));
      int end = i + 1;
      while (end < tokens.size() && tokens.get(end).is(Token.Kind.WORD)) {
        end++;
      }
      boolean stranger =
          tokens.get(i).is(Token.Kind.ARROW)
              && end > i + 1
              && (end == tokens.size() || tokens.get(end).is(Token.Kind.ARROW));
      if (stranger) {
        kept.add(Token.item(Item.UNKNOWN, true));
        i = end - 1;
      }
    }
    return kept;
  }

  /** Where the body begins after "Ranking:", or 0. */
  private static int lead(List<Token> tokens) {
    int lead = 0;
    for (int i = 0; i + 1 < tokens.size(); i++) {
      if (tokens.get(i).is(Token.Kind.COLON)
          && !tokens.get(Math.max(0, i - 1)).is(Token.Kind.ITEM)) {
        lead = i + 1;
      }
    }
    return lead;
  }

  /** The entries of a line that holds entries, separators and joining words only; or none. */
  private static List<Item> pureItems(List<Token> tokens) {
    List<Item> items = new ArrayList<>();
    for (int i = 0; i < tokens.size(); i++) {
      Token token = tokens.get(i);
      boolean joins = token.joining() && !items.isEmpty() && i + 1 < tokens.size();
      if (token.is(Token.Kind.ITEM)) {
        items.add(token.entry());
      } else if (!token.separates() && !joins) {
        return List.of();
      }
    }
    return items;
  }

  private static boolean beginsAt(List<Token> tokens, int index) {
    return index < tokens.size() && tokens.get(index).is(Token.Kind.ITEM);
  }

  private static List<Embedded> embedded(List<Token> tokens) {
    List<Embedded> chains = new ArrayList<>();
    List<Item> items = new ArrayList<>();
    boolean arrow = false;
    boolean joined = false;
    boolean comma = false;
    for (int i = 0; i <= tokens.size(); i++) {
      Token token = i < tokens.size() ? tokens.get(i) : Token.COLON;
      if (token.is(Token.Kind.ITEM) && (items.isEmpty() || joined)) {
        items.add(token.entry());
        joined = false;
      } else if (token.separates() && !items.isEmpty()) {
        arrow |= token.is(Token.Kind.ARROW);
        comma |= token.is(Token.Kind.COMMA);
        joined = true;
      } else if (token.joining() && (joined || (comma && !arrow && beginsAt(tokens, i + 1)))) {
        joined = true;
      } else {
        boolean loose = token.is(Token.Kind.WORD) && !joined && !arrow && !items.isEmpty();
        if (loose && !tokens.get(i - 1).firm()) {
          items.remove(items.size() - 1); // "…, B, 3 patients": the last belongs to the sentence
        }
        if (items.size() > 1 && (arrow || comma)) {
          chains.add(new Embedded(List.copyOf(items), arrow));
        }
        items.clear();
        arrow = false;
        comma = false;
        joined = false;
        if (token.is(Token.Kind.ITEM)) {
          items.add(token.entry());
        }
      }
    }
    return chains;
  }
}
