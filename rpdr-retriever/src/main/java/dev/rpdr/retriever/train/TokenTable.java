package dev.rpdr.retriever.train;

import dev.rpdr.nn.TextTokenizer;
import dev.rpdr.nn.TokenSequence;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Texts as numbers: two texts have the same number if they have the same tokens, so that no model
 * could tell them apart ("Nausea" and "nausea" where it does not know case). Not thread-safe.
 */
final class TokenTable {
  private final TextTokenizer tokenizer;
  private final Map<String, Integer> numberOfText = new HashMap<>();
  private final Map<TokenSequence, Integer> numberOfTokens = new HashMap<>();
  private final List<TokenSequence> sequences = new ArrayList<>();

  /** A table that keeps using the tokenizer, which the caller closes after the last new text. */
  TokenTable(TextTokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /** The number of a text, given by first appearance. */
  int number(String text) {
    Integer known = numberOfText.get(text);
    if (known != null) {
      return known;
    }
    TokenSequence tokens = tokenizer.encode(text);
    int next = sequences.size();
    Integer same = numberOfTokens.putIfAbsent(tokens, next);
    if (same == null) {
      sequences.add(tokens);
    }
    int number = same == null ? next : same;
    numberOfText.put(text, number);
    return number;
  }

  /** The tokens of a number. */
  TokenSequence tokens(int number) {
    return sequences.get(number);
  }

  /** How many tokens the text of a number has. */
  int length(int number) {
    return sequences.get(number).length();
  }
}
