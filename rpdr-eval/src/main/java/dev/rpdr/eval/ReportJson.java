package dev.rpdr.eval;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rpdr.DataFormatException;
import dev.rpdr.Evaluation.Accuracy;
import dev.rpdr.Evaluation.Slice;
import dev.rpdr.Provenance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/** Writes and reads {@code report.json}; its fields are told at {@link ReportSummary}. */
final class ReportJson {
  static final String FORMAT = "rpdr-report/1";

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final DefaultIndenter LINES = new DefaultIndenter("  ", "\n");
  private static final List<String> OWN_KEYS =
      List.of(AccuracyEvaluator.SEEN, AccuracyEvaluator.UNSEEN);

  private ReportJson() {}

  static String write(ReportSummary report) {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("format", FORMAT);
    json.put("experiment", report.experiment());
    json.put("created", report.created().toString());
    json.put("seed", report.seed());
    json.set("environment", MAPPER.valueToTree(report.environment()));
    json.set("facts", MAPPER.valueToTree(report.facts()));
    json.set("data", MAPPER.valueToTree(report.data()));
    ArrayNode systems = json.putArray("systems");
    report.systems().forEach(system -> systems.add(system(system)));
    ArrayNode comparisons = json.putArray("comparisons");
    report.comparisons().forEach(comparison -> comparisons.add(comparison(comparison)));
    try {
      return MAPPER
              .writer(new DefaultPrettyPrinter().withObjectIndenter(LINES))
              .writeValueAsString(json)
          + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of text and numbers can be written", e);
    }
  }

  static ReportSummary read(Path file) {
    try {
      JsonNode json = MAPPER.readTree(Files.readAllBytes(file));
      if (!FORMAT.equals(json.path("format").asText())) {
        throw new DataFormatException(
            file + " is no report of format " + FORMAT + ", but " + json.path("format"));
      }
      return summary(json);
    } catch (IOException | IllegalArgumentException | DateTimeParseException e) {
      throw new DataFormatException("cannot read the report " + file + ": " + e.getMessage(), e);
    }
  }

  private static ObjectNode system(SystemScore system) {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("name", system.name());
    json.put("protocol", system.protocol().name());
    json.put("split", system.split());
    json.setAll(slice(system.all()));
    for (String name : OWN_KEYS) {
      json.set(name, system.slice(name).<JsonNode>map(ReportJson::slice).orElse(null));
    }
    ObjectNode others = json.putObject("slices");
    for (Slice slice : system.slices()) {
      if (!OWN_KEYS.contains(slice.name())) {
        others.set(slice.name(), slice(slice));
      }
    }
    json.set("outcomes", MAPPER.valueToTree(system.outcomes()));
    Reliability reliability = system.reliability();
    json.set("reliability", reliability == null ? null : MAPPER.valueToTree(reliability));
    json.put("seconds", system.seconds());
    json.set("provenance", MAPPER.valueToTree(system.provenance().facts()));
    json.set("notes", MAPPER.valueToTree(system.notes()));
    return json;
  }

  private static ObjectNode slice(Slice slice) {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("n", slice.n());
    ObjectNode acc = json.putObject("acc");
    ObjectNode ci = json.putObject("ci");
    slice
        .accuracy()
        .forEach(
            (k, accuracy) -> {
              if (slice.n() == 0) {
                acc.putNull(k.toString());
                ci.putNull(k.toString());
              } else {
                acc.put(k.toString(), accuracy.value());
                ci.putArray(k.toString()).add(accuracy.low()).add(accuracy.high());
              }
            });
    json.put("ceiling", slice.n() == 0 ? null : Double.valueOf(slice.ceiling()));
    return json;
  }

  private static ObjectNode comparison(Comparison comparison) {
    ObjectNode json = MAPPER.valueToTree(comparison);
    json.put("difference", comparison.difference());
    json.put("pValue", comparison.pValue());
    return json;
  }

  private static ReportSummary summary(JsonNode json) {
    JsonNode seed = json.path("seed");
    return new ReportSummary(
        json.required("experiment").asText(),
        Instant.parse(json.required("created").asText()),
        seed.isIntegralNumber() ? Long.valueOf(seed.longValue()) : null,
        texts(json.path("environment")),
        texts(json.path("facts")),
        list(json.path("data"), ReportJson::data),
        list(json.required("systems"), ReportJson::system),
        list(json.path("comparisons"), ReportJson::comparison));
  }

  private static DataSource data(JsonNode json) {
    return new DataSource(
        json.required("kind").asText(),
        json.required("name").asText(),
        json.required("size").asLong(),
        json.required("sha256").asText());
  }

  private static SystemScore system(JsonNode json) {
    List<Slice> slices = new ArrayList<>();
    for (String name : OWN_KEYS) {
      if (json.path(name).isObject()) {
        slices.add(slice(name, json.path(name)));
      }
    }
    for (Map.Entry<String, JsonNode> other : json.path("slices").properties()) {
      slices.add(slice(other.getKey(), other.getValue()));
    }
    SortedMap<String, Integer> outcomes = new TreeMap<>();
    json.path("outcomes").properties().forEach(e -> outcomes.put(e.getKey(), e.getValue().asInt()));
    return new SystemScore(
        json.required("name").asText(),
        Protocol.valueOf(json.required("protocol").asText()),
        json.required("split").asText(),
        slice("all", json),
        slices,
        outcomes,
        json.path("reliability").isObject() ? reliability(json.path("reliability")) : null,
        json.required("seconds").asDouble(),
        Provenance.of(texts(json.path("provenance"))),
        list(json.path("notes"), JsonNode::asText));
  }

  private static Slice slice(String name, JsonNode json) {
    SortedMap<Integer, Accuracy> accuracy = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : json.required("acc").properties()) {
      JsonNode ci = json.path("ci").path(entry.getKey());
      double value = entry.getValue().asDouble();
      accuracy.put(
          Integer.valueOf(entry.getKey()),
          new Accuracy(value, ci.path(0).asDouble(value), ci.path(1).asDouble(value)));
    }
    return new Slice(name, json.required("n").asInt(), accuracy, json.path("ceiling").asDouble());
  }

  private static Reliability reliability(JsonNode json) {
    SortedMap<Integer, Double> surest = new TreeMap<>();
    json.required("surest")
        .properties()
        .forEach(e -> surest.put(Integer.valueOf(e.getKey()), e.getValue().asDouble()));
    return new Reliability(
        json.required("calibrationError").asDouble(),
        json.required("brier").asDouble(),
        json.required("discrimination").asDouble(),
        surest);
  }

  private static Comparison comparison(JsonNode json) {
    return new Comparison(
        json.required("a").asText(),
        json.required("b").asText(),
        json.required("k").asInt(),
        json.required("both").asInt(),
        json.required("onlyA").asInt(),
        json.required("onlyB").asInt(),
        json.required("neither").asInt());
  }

  private static SortedMap<String, String> texts(JsonNode json) {
    SortedMap<String, String> texts = new TreeMap<>();
    json.properties().forEach(e -> texts.put(e.getKey(), e.getValue().asText()));
    return texts;
  }

  private static <T> List<T> list(JsonNode json, Function<JsonNode, T> element) {
    List<T> list = new ArrayList<>();
    json.forEach(node -> list.add(element.apply(node)));
    return list;
  }
}
