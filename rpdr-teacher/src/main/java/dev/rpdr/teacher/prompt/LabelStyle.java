package dev.rpdr.teacher.prompt;

import java.util.Locale;

/** How the candidates of a prompt are labelled. */
public enum LabelStyle {
  /** A, B, … Z, AA, AB, … as the columns of a spreadsheet. */
  LETTERS,
  /** 1, 2, 3, … */
  NUMBERS;

  private static final int ALPHABET = 26;

  /**
   * The label of a place.
   *
   * @param place the candidate's place, 0 being the first
   */
  public String label(int place) {
    if (place < 0) {
      throw new IllegalArgumentException("place must be >= 0, not " + place);
    }
    if (this == NUMBERS) {
      return Integer.toString(place + 1);
    }
    StringBuilder letters = new StringBuilder();
    for (int rest = place; rest >= 0; rest = rest / ALPHABET - 1) {
      letters.insert(0, (char) ('A' + rest % ALPHABET));
    }
    return letters.toString();
  }

  /** How it is written in templates and reports: {@code letters}, {@code numbers}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The style of a {@link #key()}.
   *
   * @throws IllegalArgumentException if there is none, naming those there are
   */
  public static LabelStyle of(String key) {
    for (LabelStyle style : values()) {
      if (style.key().equals(key)) {
        return style;
      }
    }
    throw new IllegalArgumentException(
        "labels '" + key + "' are unknown; known are letters, numbers");
  }

  /**
   * The place of a label, or -1 where the text is no label of this style at all. The place may be
   * beyond any list: {@link Integer#MAX_VALUE} stands for every number that is too large, and for
   * 0, which labels nothing.
   */
  int place(String text) {
    if (text.isEmpty() || text.length() > maxLength()) {
      return -1;
    }
    long place = 0;
    for (int i = 0; i < text.length(); i++) {
      int digit = digit(text.charAt(i));
      if (digit < 0) {
        return -1;
      }
      place = this == NUMBERS ? place * 10 + digit : place * ALPHABET + digit + 1;
    }
    return place == 0 ? Integer.MAX_VALUE : (int) Math.min(place - 1, Integer.MAX_VALUE);
  }

  private int maxLength() {
    return this == NUMBERS ? 4 : 3;
  }

  private int digit(char c) {
    return this == NUMBERS
        ? (c >= '0' && c <= '9' ? c - '0' : -1)
        : (c >= 'A' && c <= 'Z' ? c - 'A' : -1);
  }
}
