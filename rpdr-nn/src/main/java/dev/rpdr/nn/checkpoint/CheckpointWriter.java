package dev.rpdr.nn.checkpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rpdr.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Writes a checkpoint as a Hugging Face folder: {@code config.json}, the tokenizer's files and
 * {@code model.safetensors}, or shards with an index where it is large.
 */
public final class CheckpointWriter {
  private static final long SHARD_BYTES = 4L << 30;
  private static final List<String> BESIDE =
      List.of(
          "tokenizer.json",
          "tokenizer_config.json",
          "chat_template.jinja",
          "special_tokens_map.json",
          "generation_config.json");
  private static final ObjectMapper JSON = new ObjectMapper();

  private CheckpointWriter() {}

  /** What a tensor becomes. */
  @FunctionalInterface
  public interface Change {
    /** The numbers to write for those read, which may be changed in place. */
    float[] of(String name, float[] values);
  }

  /**
   * Writes a checkpoint anew; one tensor at a time is in memory.
   *
   * @param folder made if it is not there; must hold no other weights
   * @param type F32, F16 or BF16
   */
  public static void write(Checkpoint from, Change change, Path folder, TensorType type) {
    write(from, change, folder, type, SHARD_BYTES);
  }

  static void write(Checkpoint from, Change change, Path folder, TensorType type, long shardBytes) {
    try {
      Files.createDirectories(folder);
      try (var files = Files.list(folder)) {
        if (files.anyMatch(file -> file.toString().matches(".*\\.(safetensors|gguf)"))) {
          throw new IllegalArgumentException(folder + " holds weights already");
        }
      }
      for (String name : BESIDE) {
        Path file = from.folder().resolve(name);
        if (Files.isRegularFile(file)) {
          Files.copy(file, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        }
      }
      Files.write(folder.resolve(ConfigJson.FILE), config(from, type));
      List<List<String>> shards = shards(from.config(), type, shardBytes);
      ObjectNode index = JSON.createObjectNode();
      index.putObject("metadata").put("total_size", type.bytes(from.config().parameters()));
      ObjectNode map = index.putObject("weight_map");
      for (int i = 0; i < shards.size(); i++) {
        String name =
            shards.size() == 1
                ? "model.safetensors"
                : "model-%05d-of-%05d.safetensors".formatted(i + 1, shards.size());
        SafetensorsWriter writer = new SafetensorsWriter(type);
        for (String tensor : shards.get(i)) {
          map.put(tensor, name);
          List<Long> shape = from.tensor(tensor).shape();
          writer.add(tensor, shape, () -> change.of(tensor, from.read(tensor)));
        }
        writer.write(folder.resolve(name));
      }
      if (shards.size() > 1) {
        Files.writeString(folder.resolve("model.safetensors.index.json"), index.toPrettyString());
      }
    } catch (IOException e) {
      throw new ModelException("cannot write the checkpoint " + folder, e);
    }
  }

  private static byte[] config(Checkpoint from, TensorType type) throws IOException {
    Path original = from.folder().resolve(ConfigJson.FILE);
    if (from.isGguf() || !Files.isRegularFile(original)) {
      return ConfigJson.write(from.config(), type);
    }
    ObjectNode root = (ObjectNode) JSON.readTree(original.toFile());
    root.remove("dtype");
    root.put("torch_dtype", ConfigJson.dtype(type));
    return root.toPrettyString().getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }

  private static List<List<String>> shards(CausalConfig config, TensorType type, long most) {
    List<List<String>> shards = new ArrayList<>(List.of(new ArrayList<>()));
    long bytes = 0;
    for (Map.Entry<String, List<Long>> entry : config.tensors().entrySet()) {
      long size = type.bytes(entry.getValue().stream().reduce(1L, (a, b) -> a * b));
      if (bytes > 0 && bytes + size > most) {
        shards.add(new ArrayList<>());
        bytes = 0;
      }
      shards.get(shards.size() - 1).add(entry.getKey());
      bytes += size;
    }
    return shards;
  }
}
