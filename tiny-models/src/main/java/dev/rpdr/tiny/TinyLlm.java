package dev.rpdr.tiny;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rpdr.nn.checkpoint.Architecture;
import dev.rpdr.nn.checkpoint.CausalConfig;
import dev.rpdr.nn.checkpoint.RopeScaling;
import dev.rpdr.nn.checkpoint.SafetensorsWriter;
import dev.rpdr.nn.checkpoint.TensorType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/**
 * A checkpoint of two small layers with random weights, a byte-level tokenizer without merges and a
 * ChatML template.
 */
public final class TinyLlm {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> SPECIAL = List.of("<|im_start|>", "<|im_end|>");

  private TinyLlm() {}

  /** Writes the checkpoint into a folder. */
  public static Path write(Path folder) {
    CausalConfig config =
        new CausalConfig(
            Architecture.LLAMA,
            258,
            48,
            64,
            2,
            4,
            2,
            12,
            1e-5,
            10_000,
            RopeScaling.NONE,
            true,
            false,
            false,
            false,
            1024,
            List.of(257));
    Random random = new Random(5);
    SafetensorsWriter writer = new SafetensorsWriter(TensorType.F32);
    config
        .tensors()
        .forEach(
            (name, shape) -> {
              float[] values = new float[(int) (long) shape.stream().reduce(1L, (a, b) -> a * b)];
              for (int i = 0; i < values.length; i++) {
                double noise = random.nextGaussian();
                values[i] = (float) (shape.size() == 1 ? 1 + .1 * noise : .15 * noise);
              }
              writer.add(name, shape, () -> values);
            });
    try {
      Files.createDirectories(folder);
      writer.write(folder.resolve("model.safetensors"));
      ObjectNode json = JSON.createObjectNode();
      json.putArray("architectures").add("LlamaForCausalLM");
      json.put("hidden_size", 48).put("intermediate_size", 64).put("num_hidden_layers", 2);
      json.put("num_attention_heads", 4).put("num_key_value_heads", 2).put("vocab_size", 258);
      json.put("rms_norm_eps", 1e-5).put("rope_theta", 10_000.0).put("tie_word_embeddings", true);
      json.put("max_position_embeddings", 1024).put("eos_token_id", 257);
      JSON.writeValue(folder.resolve("config.json").toFile(), json);
      JSON.writeValue(folder.resolve("tokenizer.json").toFile(), tokenizer());
      JSON.writeValue(
          folder.resolve("tokenizer_config.json").toFile(),
          JSON.createObjectNode().put("chat_template", "{{ '<|im_start|>' + role }}"));
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ObjectNode tokenizer() {
    ObjectNode root = JSON.createObjectNode().put("version", "1.0");
    ArrayNode added = root.putArray("added_tokens");
    for (int i = 0; i < SPECIAL.size(); i++) {
      added
          .addObject()
          .put("id", 256 + i)
          .put("content", SPECIAL.get(i))
          .put("single_word", false)
          .put("lstrip", false)
          .put("rstrip", false)
          .put("normalized", false)
          .put("special", true);
    }
    ObjectNode level = JSON.createObjectNode().put("type", "ByteLevel");
    level.put("add_prefix_space", false).put("trim_offsets", true).put("use_regex", true);
    root.set("pre_tokenizer", level);
    root.set("decoder", level);
    ObjectNode model = root.putObject("model").put("type", "BPE");
    ObjectNode vocabulary = model.putObject("vocab");
    int other = 0;
    for (int b = 0; b < 256; b++) {
      boolean printable = (b > 32 && b < 127) || (b > 160 && b != 173);
      int shown = printable ? b : 256 + other++;
      vocabulary.put(Character.toString(shown), b);
    }
    SPECIAL.forEach(token -> vocabulary.put(token, vocabulary.size()));
    model.putArray("merges");
    return root;
  }
}
