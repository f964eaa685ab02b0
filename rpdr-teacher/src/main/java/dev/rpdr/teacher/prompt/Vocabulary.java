package dev.rpdr.teacher.prompt;

import dev.rpdr.CandidateList;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What may stand in the answer to one request: labels of a style, and the candidates' names. */
final class Vocabulary {
  private final LabelStyle style;
  private final boolean lowerCase;
  private final int size;
  private final int labelLength;
  private final List<Name> names;

  private record Name(String text, List<Integer> places) {}

  /** A name found in a text, up to {@code end} (exclusive). */
  record Match(int end, List<Integer> places) {}

  private Vocabulary(
      LabelStyle style, boolean lowerCase, int size, int labelLength, List<Name> names) {
    this.style = style;
    this.lowerCase = lowerCase;
    this.size = size;
    this.labelLength = labelLength;
    this.names = names;
  }

  /** The vocabulary of a request of at least one candidate. */
  static Vocabulary of(CandidateList request, LabelStyle style) {
    Map<String, Name> byText = new HashMap<>();
    for (int i = 0; i < request.size(); i++) {
      String text = AnswerText.plain(request.entity(i).name()).replace('\n', ' ');
      if (!text.isEmpty()) {
        byText
            .computeIfAbsent(
                text.toLowerCase(Locale.ROOT), key -> new Name(text, new ArrayList<>()))
            .places()
            .add(i);
      }
    }
    List<Name> names = new ArrayList<>(byText.values());
    names.sort(
        Comparator.comparingInt((Name name) -> -name.text().length())
            .thenComparing(name -> name.places().get(0)));
    int length = style == LabelStyle.NUMBERS ? 4 : style.label(request.size() - 1).length();
    return new Vocabulary(style, false, request.size(), length, List.copyOf(names));
  }

  /** The same names with other labels: letters in lower case, or the other style. */
  List<Vocabulary> others() {
    LabelStyle other = style == LabelStyle.LETTERS ? LabelStyle.NUMBERS : LabelStyle.LETTERS;
    int length = other == LabelStyle.NUMBERS ? 4 : other.label(size - 1).length();
    Vocabulary letters =
        style == LabelStyle.LETTERS
            ? new Vocabulary(style, true, size, labelLength, names)
            : new Vocabulary(other, true, size, length, names);
    return List.of(new Vocabulary(other, false, size, length, names), letters);
  }

  LabelStyle style() {
    return style;
  }

  /** The entry that a label means, unknown where it lies beyond the list; null if it is none. */
  @Nullable Item label(String text) {
    if (text.length() > labelLength) {
      return null;
    }
    int place = style.place(lowerCase ? text.toUpperCase(Locale.ROOT) : text);
    if (place < 0) {
      return null;
    }
    return place < size ? new Item(List.of(place), false) : Item.UNKNOWN;
  }

  /** The longest name that begins at {@code from} and ends where a word ends. */
  @Nullable Match name(String text, int from) {
    for (Name name : names) {
      int end = from + name.text().length();
      if (text.regionMatches(true, from, name.text(), 0, name.text().length())
          && wordEnds(text, end)) {
        return new Match(end, name.places());
      }
    }
    return null;
  }

  private static boolean wordEnds(String text, int end) {
    return end >= text.length()
        || !Character.isLetterOrDigit(text.charAt(end))
        || !Character.isLetterOrDigit(text.charAt(end - 1));
  }
}
