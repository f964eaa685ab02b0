package dev.rpdr.distill;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rpdr.ModelException;
import dev.rpdr.Provenance;
import dev.rpdr.distill.llm.LlmForm;
import dev.rpdr.distill.llm.RankingTemplate;
import dev.rpdr.nn.Pooling;
import dev.rpdr.nn.causal.Precision;
import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** {@code student.json} to {@link StudentManifest} and back. */
final class ManifestJson {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .build();
  private static final List<String> COMMON =
      List.of("formatVersion", "kind", "maxTokens", "files", "provenance", "created");

  private ManifestJson() {}

  static byte[] print(StudentManifest manifest) {
    ObjectNode root = JSON.createObjectNode();
    root.put("formatVersion", StudentManifest.FORMAT_VERSION);
    root.put("kind", manifest.kind().label());
    if (manifest.settings() instanceof StudentSettings.OfGraph graph) {
      root.put("pooling", label(graph.pooling()));
    }
    root.put("maxTokens", manifest.settings().maxTokens());
    if (manifest.settings() instanceof StudentSettings.BiEncoder biEncoder) {
      root.put("normalise", biEncoder.normalise());
    } else if (manifest.settings() instanceof StudentSettings.CrossEncoder crossEncoder) {
      root.put("symmetric", crossEncoder.symmetric());
      root.put("retrieverWeight", crossEncoder.retrieverWeight());
    } else if (manifest.settings() instanceof StudentSettings.Listwise listwise) {
      root.put("permutations", listwise.permutations());
      root.put("retrieverWeight", listwise.retrieverWeight());
    } else if (manifest.settings() instanceof StudentSettings.Llm llm) {
      root.put("form", llm.template().form().label());
      root.put("language", llm.template().language().name().toLowerCase(Locale.ROOT));
      root.put("showsCandidates", llm.template().candidates());
      root.put("priorWeight", llm.priorWeight());
      root.put("precision", llm.precision().label());
      root.put("checkpoint", llm.checkpoint().toString());
      root.put("checkpointSha256", llm.checkpointSha256());
    }
    manifest.files().forEach(root.putObject("files")::put);
    manifest.provenance().facts().forEach(root.putObject("provenance")::put);
    root.put("created", manifest.created().toString());
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(root);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of texts and numbers can always be printed", e);
    }
  }

  /** Parses a file's content; {@code file} is named in errors. */
  static StudentManifest parse(byte[] content, Path file) {
    JsonNode root;
    try {
      root = JSON.readTree(content);
    } catch (IOException e) {
      throw new ModelException(file + " is not JSON", e);
    }
    try {
      return parse(new Fields(root));
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new ModelException(file + ": " + e.getMessage(), e);
    }
  }

  private static StudentManifest parse(Fields fields) {
    int version = fields.integer("formatVersion");
    if (version != StudentManifest.FORMAT_VERSION) {
      throw new IllegalArgumentException(
          "format version "
              + version
              + " is not supported; this library reads version "
              + StudentManifest.FORMAT_VERSION);
    }
    String label = fields.text("kind");
    StudentKind kind =
        StudentKind.of(label)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "kind '" + label + "' is unknown; known are " + StudentKind.labels()));
    StudentSettings settings =
        switch (kind) {
          case BI_ENCODER -> biEncoder(fields);
          case CROSS_ENCODER -> crossEncoder(fields);
          case LISTWISE -> listwise(fields);
          case LLM -> llm(fields);
        };
    return new StudentManifest(
        settings,
        fields.texts("files"),
        new Provenance(fields.texts("provenance")),
        Instant.parse(fields.text("created")));
  }

  private static StudentSettings biEncoder(Fields fields) {
    fields.requireNoneBut("pooling", "normalise");
    return new StudentSettings.BiEncoder(
        pooling(fields.text("pooling")), fields.bool("normalise"), fields.integer("maxTokens"));
  }

  private static StudentSettings crossEncoder(Fields fields) {
    fields.requireNoneBut("pooling", "symmetric", "retrieverWeight");
    return new StudentSettings.CrossEncoder(
        pooling(fields.text("pooling")),
        fields.integer("maxTokens"),
        fields.bool("symmetric"),
        fields.number("retrieverWeight"));
  }

  private static StudentSettings listwise(Fields fields) {
    fields.requireNoneBut("permutations", "retrieverWeight");
    return new StudentSettings.Listwise(
        fields.integer("maxTokens"),
        fields.integer("permutations"),
        fields.number("retrieverWeight"));
  }

  private static StudentSettings llm(Fields fields) {
    fields.requireNoneBut(
        "form",
        "language",
        "showsCandidates",
        "priorWeight",
        "precision",
        "checkpoint",
        "checkpointSha256");
    String language = fields.text("language");
    RankingTemplate.Language known =
        Arrays.stream(RankingTemplate.Language.values())
            .filter(l -> l.name().toLowerCase(Locale.ROOT).equals(language))
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "language '" + language + "' is unknown; known are english, chinese"));
    return new StudentSettings.Llm(
        new RankingTemplate(known, LlmForm.of(fields.text("form")), fields.bool("showsCandidates")),
        fields.number("priorWeight"),
        fields.integer("maxTokens"),
        fields.has("precision") ? Precision.of(fields.text("precision")) : Precision.F32,
        Path.of(fields.text("checkpoint")),
        fields.text("checkpointSha256"));
  }

  private static String label(Pooling pooling) {
    return pooling.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static Pooling pooling(String label) {
    return Arrays.stream(Pooling.values())
        .filter(pooling -> label(pooling).equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "pooling '"
                        + label
                        + "' is unknown; known are "
                        + Arrays.stream(Pooling.values())
                            .map(ManifestJson::label)
                            .collect(Collectors.joining(", "))));
  }

  /** An object's fields, each of the type that is asked for. */
  private record Fields(JsonNode root) {
    Fields {
      if (!root.isObject()) {
        throw new IllegalArgumentException("a JSON object is needed");
      }
    }

    boolean has(String name) {
      return root.has(name);
    }

    int integer(String name) {
      JsonNode node = field(name, JsonNode::canConvertToInt, "an integer");
      if (!node.isIntegralNumber()) {
        throw wrongType(name, "an integer");
      }
      return node.intValue();
    }

    double number(String name) {
      return field(name, JsonNode::isNumber, "a number").doubleValue();
    }

    boolean bool(String name) {
      return field(name, JsonNode::isBoolean, "true or false").booleanValue();
    }

    String text(String name) {
      return field(name, JsonNode::isTextual, "a text").textValue();
    }

    SortedMap<String, String> texts(String name) {
      SortedMap<String, String> texts = new TreeMap<>();
      JsonNode object = field(name, JsonNode::isObject, "an object of texts");
      for (Map.Entry<String, JsonNode> entry : object.properties()) {
        if (!entry.getValue().isTextual()) {
          throw wrongType(name, "an object of texts");
        }
        texts.put(entry.getKey(), entry.getValue().textValue());
      }
      return texts;
    }

    void requireNoneBut(String... more) {
      Set<String> allowed = new LinkedHashSet<>(COMMON);
      allowed.addAll(List.of(more));
      for (Map.Entry<String, JsonNode> entry : root.properties()) {
        if (!allowed.contains(entry.getKey())) {
          throw new IllegalArgumentException(
              "field '" + entry.getKey() + "' is unknown here; known are " + allowed);
        }
      }
    }

    private JsonNode field(String name, Predicate<JsonNode> type, String needed) {
      JsonNode node = root.get(name);
      if (node == null) {
        throw new IllegalArgumentException("field '" + name + "' is missing");
      }
      if (!type.test(node)) {
        throw wrongType(name, needed);
      }
      return node;
    }

    private static IllegalArgumentException wrongType(String name, String needed) {
      return new IllegalArgumentException("field '" + name + "' must be " + needed);
    }
  }
}
