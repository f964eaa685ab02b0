package dev.rpdr.teacher;

import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.request.json.JsonArraySchema;
import dev.langchain4j.model.chat.request.json.JsonEnumSchema;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.request.json.JsonSchema;
import java.util.List;
import java.util.Map;

/** The JSON schemas that answers are held to. */
final class RankingSchema {
  private RankingSchema() {}

  /**
   * An object with arrays that hold labels and nothing else.
   *
   * @param rankings from each array's name to the labels that it may hold
   */
  static ResponseFormat of(Map<String, List<String>> rankings) {
    JsonObjectSchema.Builder root = JsonObjectSchema.builder();
    rankings.forEach(
        (name, labels) ->
            root.addProperty(
                name,
                JsonArraySchema.builder()
                    .items(JsonEnumSchema.builder().enumValues(labels).build())
                    .build()));
    root.required(List.copyOf(rankings.keySet())).additionalProperties(false);
    return ResponseFormat.builder()
        .type(ResponseFormatType.JSON)
        .jsonSchema(JsonSchema.builder().name("ranking").rootElement(root.build()).build())
        .build();
  }
}
