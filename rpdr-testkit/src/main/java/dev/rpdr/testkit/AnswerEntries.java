package dev.rpdr.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Edits the entries of a listwise answer, whatever form it has. */
final class AnswerEntries {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Pattern SEPARATOR = Pattern.compile("\\s*(?:->|[>→,;，；、\\n])\\s*");

  private AnswerEntries() {}

  /** Edits every array of plain values in JSON, otherwise the entries of the text. */
  static String edit(String answer, UnaryOperator<List<String>> change) {
    JsonNode json = json(answer);
    if (json != null) {
      editArrays(json, change);
      return json.toString();
    }
    Matcher separator = SEPARATOR.matcher(answer);
    String joint = separator.find() ? separator.group() : " > ";
    return String.join(joint, change.apply(List.of(SEPARATOR.split(answer.strip()))));
  }

  static List<String> repeatFirst(List<String> entries) {
    List<String> more = new ArrayList<>(entries);
    more.add(1, entries.get(0));
    return more;
  }

  static List<String> firstHalf(List<String> entries) {
    return entries.subList(0, (entries.size() + 1) / 2);
  }

  static List<String> withStranger(List<String> entries) {
    String first = entries.get(0);
    String stranger =
        first.matches("\\d+") ? "999" : first.matches("[A-Z]{1,2}") ? "ZZ" : "No such entry";
    List<String> more = new ArrayList<>(entries);
    more.add(1, stranger);
    return more;
  }

  private static @Nullable JsonNode json(String answer) {
    try {
      JsonNode json = JSON.readTree(answer);
      return json.isContainerNode() ? json : null;
    } catch (JsonProcessingException e) {
      return null;
    }
  }

  private static void editArrays(JsonNode node, UnaryOperator<List<String>> change) {
    if (node instanceof ArrayNode array && !array.isEmpty() && array.get(0).isValueNode()) {
      JsonNode first = array.get(0);
      List<String> entries = new ArrayList<>();
      array.forEach(entry -> entries.add(entry.asText()));
      array.removeAll();
      for (String entry : change.apply(entries)) {
        array.add(
            first.isNumber() && entry.matches("\\d{1,9}")
                ? JsonNodeFactory.instance.numberNode(Integer.parseInt(entry))
                : JsonNodeFactory.instance.textNode(entry));
      }
      return;
    }
    node.forEach(child -> editArrays(child, change));
  }
}
