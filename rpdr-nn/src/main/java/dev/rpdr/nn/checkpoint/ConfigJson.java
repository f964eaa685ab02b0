package dev.rpdr.nn.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rpdr.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A Hugging Face {@code config.json}. The rotary embedding is read from {@code rope_theta} and
 * {@code rope_scaling}, or from {@code rope_parameters} as Transformers 5 writes it.
 */
final class ConfigJson {
  static final String FILE = "config.json";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path path;
  private final JsonNode root;

  private ConfigJson(Path path, JsonNode root) {
    this.path = path;
    this.root = root;
  }

  static CausalConfig read(Path path) {
    JsonNode root;
    try {
      root = JSON.readTree(Files.readAllBytes(path));
    } catch (IOException e) {
      throw new ModelException("cannot read " + path + ": " + e.getMessage(), e);
    }
    try {
      return new ConfigJson(path, root).config();
    } catch (IllegalArgumentException e) {
      throw new ModelException(path + ": " + e.getMessage(), e);
    }
  }

  private CausalConfig config() {
    String name = root.path("architectures").path(0).asText(root.path("model_type").asText());
    Architecture architecture = Architecture.of(name, path.toString());
    require("hidden_act", root.path("hidden_act").asText("silu"), "silu");
    if (root.path("use_sliding_window").asBoolean(false)) {
      throw new ModelException(path + ": use_sliding_window is not supported");
    }
    if (root.hasNonNull("quantization_config")) {
      throw new ModelException(
          path
              + ": quantization_config is not supported; use safetensors of 16 or 32 bits, or GGUF");
    }
    int hidden = integer("hidden_size");
    int heads = integer("num_attention_heads");
    boolean qwen = architecture == Architecture.QWEN2;
    boolean bias = root.path("attention_bias").asBoolean(false);
    return new CausalConfig(
        architecture,
        integer("vocab_size"),
        hidden,
        integer("intermediate_size"),
        integer("num_hidden_layers"),
        heads,
        root.path("num_key_value_heads").asInt(heads),
        root.path("head_dim").asInt(hidden / heads),
        root.path("rms_norm_eps").asDouble(1e-6),
        rope().path("rope_theta").asDouble(root.path("rope_theta").asDouble(10_000)),
        scaling(),
        root.path("tie_word_embeddings").asBoolean(false),
        qwen || bias,
        !qwen && bias,
        root.path("mlp_bias").asBoolean(false),
        root.path("max_position_embeddings").asInt(2048),
        ends());
  }

  private JsonNode rope() {
    return root.hasNonNull("rope_parameters")
        ? root.path("rope_parameters")
        : root.path("rope_scaling");
  }

  private RopeScaling scaling() {
    JsonNode rope = rope();
    String type = rope.path("rope_type").asText(rope.path("type").asText("default"));
    return switch (type) {
      case "default" -> RopeScaling.NONE;
      case "linear" -> new RopeScaling.Linear(number(rope, "factor"));
      case "llama3" ->
          new RopeScaling.Llama3(
              number(rope, "factor"),
              number(rope, "low_freq_factor"),
              number(rope, "high_freq_factor"),
              number(rope, "original_max_position_embeddings"));
      default ->
          throw new ModelException(
              "%s: rope type '%s' is not supported; supported are default, linear, llama3"
                  .formatted(path, type));
    };
  }

  private List<Integer> ends() {
    List<Integer> ends = new ArrayList<>();
    JsonNode end = root.path("eos_token_id");
    if (end.isArray()) {
      end.forEach(id -> ends.add(id.asInt()));
    } else if (end.isIntegralNumber()) {
      ends.add(end.asInt());
    }
    return ends;
  }

  private int integer(String field) {
    JsonNode value = root.path(field);
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw new ModelException("%s: field '%s' must be an integer".formatted(path, field));
    }
    return value.intValue();
  }

  private double number(JsonNode object, String field) {
    if (!object.path(field).isNumber()) {
      throw new ModelException("%s: field '%s' must be a number".formatted(path, field));
    }
    return object.path(field).doubleValue();
  }

  private void require(String field, String found, String allowed) {
    if (!found.equals(allowed)) {
      throw new ModelException(
          "%s: %s '%s' is not supported; supported is %s".formatted(path, field, found, allowed));
    }
  }

  /** The same model as a {@code config.json} that Transformers reads. */
  static byte[] write(CausalConfig config, TensorType type) {
    ObjectNode root = JSON.createObjectNode();
    root.putArray("architectures").add(config.architecture().className());
    root.put("model_type", config.architecture().label());
    root.put("vocab_size", config.vocabulary()).put("hidden_size", config.hidden());
    root.put("intermediate_size", config.feedForward());
    root.put("num_hidden_layers", config.layers());
    root.put("num_attention_heads", config.heads());
    root.put("num_key_value_heads", config.keyValueHeads()).put("head_dim", config.headSize());
    root.put("hidden_act", "silu").put("rms_norm_eps", config.normEpsilon());
    root.put("max_position_embeddings", config.maxPositions());
    root.put("rope_theta", config.ropeTheta()).set("rope_scaling", scaling(config));
    root.put("tie_word_embeddings", config.tiedHead());
    if (config.architecture() == Architecture.LLAMA) {
      root.put("attention_bias", config.attentionBias());
      root.put("mlp_bias", config.feedForwardBias());
    }
    if (config.endIds().size() == 1) {
      root.put("eos_token_id", config.endIds().get(0));
    } else if (!config.endIds().isEmpty()) {
      config.endIds().forEach(root.putArray("eos_token_id")::add);
    }
    root.put("torch_dtype", dtype(type)).put("use_cache", true);
    return root.toPrettyString().getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }

  static String dtype(TensorType type) {
    return switch (type) {
      case F32 -> "float32";
      case F16 -> "float16";
      case BF16 -> "bfloat16";
      default -> throw new IllegalArgumentException("weights are written as F32, F16 or BF16");
    };
  }

  private static JsonNode scaling(CausalConfig config) {
    RopeScaling scaling = config.ropeScaling();
    if (scaling instanceof RopeScaling.Linear linear) {
      return JSON.createObjectNode().put("rope_type", "linear").put("factor", linear.factor());
    }
    if (scaling instanceof RopeScaling.Llama3 llama) {
      return JSON.createObjectNode()
          .put("rope_type", "llama3")
          .put("factor", llama.factor())
          .put("low_freq_factor", llama.low())
          .put("high_freq_factor", llama.high())
          .put("original_max_position_embeddings", (long) llama.original());
    }
    if (scaling instanceof RopeScaling.Factors) {
      throw new ModelException(
          "this checkpoint's rope factors (GGUF's rope_freqs) have no form in config.json; merge into"
              + " the Hugging Face folder it was made from");
    }
    return JSON.nullNode();
  }
}
