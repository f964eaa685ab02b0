package dev.rpdr.nn;

import dev.rpdr.ModelException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * A text and several others in one sequence: {@code [CLS] text [SEP] other [SEP] other [SEP]}, with
 * whatever special tokens the tokenizer puts around a text. The others have the type id of a pair's
 * second text. Each one's span ends with its separator, so that none is empty.
 *
 * <p>Where all do not fit into the tokenizer's most tokens, they are spread in their order over as
 * few sequences as needed, each of which starts with the text and holds a like number of others. A
 * text longer than half of the room is cut, and so is an other that does not fit beside the text
 * alone.
 *
 * <p>The tokenizer stays its owner's. Thread-safe.
 */
public final class ListTokenizer {
  private final TextTokenizer tokenizer;
  private final long start;
  private final long separator;
  private final long otherType;

  private ListTokenizer(TextTokenizer tokenizer, long start, long separator, long otherType) {
    this.tokenizer = tokenizer;
    this.start = start;
    this.separator = separator;
    this.otherType = otherType;
  }

  /**
   * Lists by a tokenizer.
   *
   * @throws ModelException if it does not put one special token at either end of a text
   */
  public static ListTokenizer of(TextTokenizer tokenizer) {
    TokenSequence empty = tokenizer.encode("");
    if (empty.length() != 2) {
      throw new ModelException(
          "a list of texts needs a tokenizer that puts one special token at either end of a text"
              + " ([CLS] and [SEP], or <s> and </s>), but an empty text has "
              + empty.length()
              + " tokens");
    }
    TokenSequence pair = tokenizer.encode("a", "a");
    return new ListTokenizer(
        tokenizer, empty.ids()[0], empty.ids()[1], pair.typeIds()[pair.length() - 1]);
  }

  /**
   * The sequences of each list, in the lists' order; none for a list without others. Together the
   * spans of a list's sequences name each of its others once.
   */
  public List<List<ListSequence>> encodeAll(List<TextList> lists) {
    Set<String> texts = new LinkedHashSet<>();
    for (TextList list : lists) {
      texts.add(list.text());
      texts.addAll(list.others());
    }
    List<String> distinct = List.copyOf(texts);
    List<TokenSequence> encoded = tokenizer.encodeAll(distinct);
    Map<String, long[]> tokens = new HashMap<>();
    for (int i = 0; i < distinct.size(); i++) {
      long[] ids = encoded.get(i).ids();
      tokens.put(distinct.get(i), Arrays.copyOfRange(ids, 1, Math.max(1, ids.length - 1)));
    }
    return lists.stream().map(list -> encode(list, tokens)).toList();
  }

  private List<ListSequence> encode(TextList list, Map<String, long[]> tokens) {
    long[] text = cut(tokens, list.text(), (tokenizer.maxTokens() - 2) / 2);
    int room = tokenizer.maxTokens() - text.length - 2;
    List<long[]> others =
        list.others().stream().map(other -> cut(tokens, other, room - 1)).toList();
    int parts = 1;
    while (!fits(others, parts, room)) {
      parts++;
    }
    List<ListSequence> sequences = new ArrayList<>();
    for (int part = 0; part < parts && !others.isEmpty(); part++) {
      sequences.add(
          sequence(text, others, from(others, part, parts), from(others, part + 1, parts)));
    }
    return sequences;
  }

  private ListSequence sequence(long[] text, List<long[]> others, int first, int end) {
    int length = text.length + 2;
    for (long[] other : others.subList(first, end)) {
      length += other.length + 1;
    }
    long[] ids = new long[length];
    long[] types = new long[length];
    ids[0] = start;
    System.arraycopy(text, 0, ids, 1, text.length);
    int at = text.length + 1;
    ids[at++] = separator;
    Arrays.fill(types, at, length, otherType);
    List<ListSequence.Span> spans = new ArrayList<>();
    for (int other = first; other < end; other++) {
      long[] own = others.get(other);
      System.arraycopy(own, 0, ids, at, own.length);
      ids[at + own.length] = separator;
      spans.add(new ListSequence.Span(other, at, at + own.length + 1));
      at += own.length + 1;
    }
    return new ListSequence(TokenSequence.of(ids, types), spans);
  }

  private static boolean fits(List<long[]> others, int parts, int room) {
    for (int part = 0; part < parts; part++) {
      int tokens = 0;
      for (long[] other :
          others.subList(from(others, part, parts), from(others, part + 1, parts))) {
        tokens += other.length + 1;
      }
      if (tokens > room) {
        return false;
      }
    }
    return true;
  }

  private static int from(List<long[]> others, int part, int parts) {
    return (int) ((long) part * others.size() / parts);
  }

  private static long[] cut(Map<String, long[]> tokens, String text, int most) {
    long[] all = Objects.requireNonNull(tokens.get(text));
    return all.length <= most ? all : Arrays.copyOf(all, most);
  }
}
