package dev.rpdr.teacher.prompt;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads answers in JSON: an array of labels or names, an array of objects, or an object that holds
 * either ({@code {"ranking": ["B", "A"]}}), also as one text ({@code {"answer": "B > A"}}).
 */
final class AnswerJson {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
  private static final List<String> LISTS =
      List.of(
          "ranking", "ranked", "ranks", "order", "answer", "result", "results", "labels", "排序",
          "答案");
  private static final List<String> FIELDS =
      List.of(
          "label",
          "letter",
          "candidate",
          "option",
          "choice",
          "number",
          "index",
          "id",
          "code",
          "name",
          "entity",
          "term",
          "answer",
          "标号",
          "候选",
          "名称");
  private static final List<String> RANKS = List.of("rank", "position", "place", "排名");

  private AnswerJson() {}

  /** What was found: entries, and whether the JSON was the whole answer. */
  record Found(Chain chain, boolean whole) {}

  /** The ranking in an answer's JSON, or null where there is no JSON or none that is understood. */
  static @Nullable Found read(Vocabulary vocabulary, String text) {
    boolean json = text.startsWith("{") || text.startsWith("[");
    JsonNode whole = json ? parse(text) : null;
    if (whole != null && whole.isContainerNode()) {
      Chain chain = chain(vocabulary, whole);
      return chain == null ? null : new Found(chain, true);
    }
    for (String brackets : new String[] {"{}", "[]"}) {
      int open = text.indexOf(brackets.charAt(0));
      int close = text.lastIndexOf(brackets.charAt(1));
      if (open >= 0 && close > open) {
        JsonNode part = parse(text.substring(open, close + 1));
        Chain chain = part == null ? null : chain(vocabulary, part);
        if (chain != null && chain.items().size() > 1) {
          return new Found(chain, false);
        }
      }
    }
    return null;
  }

  private static @Nullable JsonNode parse(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      return null; // no JSON, then: it is read as text
    }
  }

  private static @Nullable Chain chain(Vocabulary vocabulary, JsonNode node) {
    if (node.isArray()) {
      List<Item> items = new ArrayList<>();
      for (JsonNode element : byRank(node)) {
        items.add(item(vocabulary, element));
      }
      return items.stream().anyMatch(Item::known) ? new Chain(items, true, true, 1) : null;
    }
    for (String field : LISTS) {
      Chain chain = node.has(field) ? value(vocabulary, node.get(field)) : null;
      if (chain != null) {
        return chain;
      }
    }
    for (JsonNode child : node) {
      Chain chain = child.isArray() ? chain(vocabulary, child) : null;
      if (chain != null) {
        return chain;
      }
    }
    return null;
  }

  private static @Nullable Chain value(Vocabulary vocabulary, JsonNode value) {
    if (!value.isTextual()) {
      return chain(vocabulary, value);
    }
    Line line = Line.parse(vocabulary, value.textValue());
    return line.items().isEmpty() ? null : new Chain(line.items(), true, line.pure(), 1);
  }

  private static List<JsonNode> byRank(JsonNode array) {
    List<JsonNode> elements = new ArrayList<>();
    array.forEach(elements::add);
    for (String field : RANKS) {
      if (elements.stream().allMatch(element -> element.path(field).isInt())) {
        elements.sort(Comparator.comparingInt(element -> element.path(field).intValue()));
        break;
      }
    }
    return elements;
  }

  private static Item item(Vocabulary vocabulary, JsonNode element) {
    if (element.isValueNode()) {
      return scalar(vocabulary, element);
    }
    for (String field : FIELDS) {
      Item item = scalar(vocabulary, element.path(field));
      if (item.known()) {
        return item;
      }
    }
    return Item.UNKNOWN;
  }

  private static Item scalar(Vocabulary vocabulary, JsonNode value) {
    if (!value.isTextual() && !value.isIntegralNumber()) {
      return Item.UNKNOWN;
    }
    List<Token> tokens = Tokenizer.tokens(vocabulary, value.asText(), 0);
    return !tokens.isEmpty() && tokens.get(0).is(Token.Kind.ITEM)
        ? tokens.get(0).entry()
        : Item.UNKNOWN;
  }
}
