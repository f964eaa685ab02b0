package dev.rpdr.nn.causal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rpdr.ModelException;
import dev.rpdr.nn.checkpoint.CausalConfig;
import dev.rpdr.nn.checkpoint.SafetensorsReader;
import dev.rpdr.nn.checkpoint.SafetensorsWriter;
import dev.rpdr.nn.checkpoint.TensorType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Adapters as PEFT keeps them, which vLLM and Transformers load too: a folder with {@code
 * adapter_config.json} and {@code adapter_model.safetensors}.
 */
public final class PeftFolder {
  /** The settings' file. */
  public static final String CONFIG = "adapter_config.json";

  /** The matrices' file. */
  public static final String WEIGHTS = "adapter_model.safetensors";

  private static final String PREFIX = "base_model.model.";
  private static final ObjectMapper JSON = new ObjectMapper();

  private PeftFolder() {}

  /**
   * Writes an adapter.
   *
   * @param folder made if it is not there; older files of the two names are replaced
   * @param base what to call the base model in the settings: a folder or a hub's name
   */
  public static void write(LoraAdapter adapter, Path folder, String base) {
    ObjectNode root = JSON.createObjectNode();
    root.put("peft_type", "LORA").put("task_type", "CAUSAL_LM");
    root.put("base_model_name_or_path", base);
    root.put("r", adapter.rank()).put("lora_alpha", adapter.alpha()).put("lora_dropout", 0.0);
    root.put("bias", "none").put("fan_in_fan_out", false).put("inference_mode", true);
    ArrayNode targets = root.putArray("target_modules");
    TreeSet<String> kinds = new TreeSet<>();
    adapter.projections().forEach(name -> kinds.add(name.replaceFirst(".*\\.", "")));
    kinds.forEach(targets::add);
    try {
      Files.createDirectories(folder);
      Files.write(folder.resolve(CONFIG), root.toPrettyString().getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new ModelException("cannot write the adapter " + folder, e);
    }
    SafetensorsWriter writer = new SafetensorsWriter(TensorType.F32);
    adapter
        .matrices()
        .forEach(
            (name, values) -> {
              long other = values.length / adapter.rank();
              long rank = adapter.rank();
              boolean down = name.endsWith(LoraAdapter.a(""));
              List<Long> shape = down ? List.of(rank, other) : List.of(other, rank);
              writer.add(PREFIX + name, shape, () -> values);
            });
    writer.write(folder.resolve(WEIGHTS));
  }

  /**
   * Reads an adapter.
   *
   * @param config of the model that it is for
   * @throws ModelException where there is none, it is of a kind that is not supported, or it is
   *     made for another model
   */
  public static LoraAdapter read(Path folder, CausalConfig config) {
    Path file = folder.resolve(CONFIG);
    JsonNode root;
    try {
      root = JSON.readTree(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new ModelException("cannot read " + file + ": " + e.getMessage(), e);
    }
    requirePlain(file, root);
    Map<String, float[]> matrices = new LinkedHashMap<>();
    try (SafetensorsReader reader = SafetensorsReader.open(folder.resolve(WEIGHTS))) {
      for (String name : reader.names()) {
        String plain = name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name;
        matrices.put(plain, reader.read(name));
      }
    }
    try {
      return LoraAdapter.of(
          config, root.path("r").asInt(), root.path("lora_alpha").asDouble(), matrices);
    } catch (IllegalArgumentException e) {
      throw new ModelException(folder + ": " + e.getMessage(), e);
    }
  }

  private static void requirePlain(Path file, JsonNode root) {
    if (!root.path("peft_type").asText().equals("LORA")) {
      throw new ModelException(
          "%s: peft_type '%s' is not supported; LORA is"
              .formatted(file, root.path("peft_type").asText()));
    }
    for (String field : List.of("use_dora", "use_rslora", "fan_in_fan_out", "lora_bias")) {
      if (root.path(field).asBoolean(false)) {
        throw new ModelException("%s: %s is not supported".formatted(file, field));
      }
    }
    for (String field : List.of("rank_pattern", "alpha_pattern")) {
      if (!root.path(field).isEmpty()) {
        throw new ModelException("%s: %s is not supported".formatted(file, field));
      }
    }
  }
}
