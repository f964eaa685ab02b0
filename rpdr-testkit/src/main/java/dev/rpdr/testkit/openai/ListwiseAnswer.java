package dev.rpdr.testkit.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/**
 * Answers for {@link FakeOpenAiServer} that rank the candidates of a prompt: labels joined by
 * arrows or, where the call brings a JSON schema, an object that fits it.
 */
public final class ListwiseAnswer {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private ListwiseAnswer() {}

  /** Ranks the candidates as they are shown. */
  public static String asShown(ChatCall call) {
    return write(call, List.copyOf(call.candidates().keySet()));
  }

  /**
   * Ranks by a function.
   *
   * @param ranker from a call to the names of its candidates, best first; names that are not on
   *     offer are left out
   */
  public static Function<ChatCall, String> byNames(
      Function<? super ChatCall, ? extends List<String>> ranker) {
    Objects.requireNonNull(ranker, "ranker");
    return call -> {
      List<String> labels = new ArrayList<>();
      Map<String, String> candidates = call.candidates();
      for (String name : ranker.apply(call)) {
        candidates.entrySet().stream()
            .filter(entry -> entry.getValue().equals(name) && !labels.contains(entry.getKey()))
            .findFirst()
            .ifPresent(entry -> labels.add(entry.getKey()));
      }
      return write(call, labels);
    };
  }

  private static String write(ChatCall call, List<String> labels) {
    return call.schema()
        .map(schema -> fill(schema, labels).toString())
        .orElseGet(() -> String.join(" > ", labels));
  }

  private static JsonNode fill(JsonNode schema, List<String> labels) {
    return switch (schema.path("type").asText()) {
      case "object" -> {
        ObjectNode object = NODES.objectNode();
        schema
            .path("properties")
            .properties()
            .forEach(property -> object.set(property.getKey(), fill(property.getValue(), labels)));
        yield object;
      }
      case "array" -> {
        ArrayNode array = NODES.arrayNode();
        boolean numbers = !schema.path("items").path("type").asText().equals("string");
        for (String label : labels) {
          if (numbers && label.matches("\\d+")) {
            array.add(Integer.parseInt(label));
          } else {
            array.add(label);
          }
        }
        yield array;
      }
      default -> NODES.textNode(String.join(" > ", labels));
    };
  }
}
