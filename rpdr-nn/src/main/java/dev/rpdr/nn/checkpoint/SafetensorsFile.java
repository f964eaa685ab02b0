package dev.rpdr.nn.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rpdr.ModelException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The header of a {@code .safetensors} file: eight bytes with the header's length, little-endian;
 * then a JSON object from each tensor's name to its {@code dtype}, {@code shape} and {@code
 * data_offsets} [begin, end) behind the header; then the tensors.
 */
final class SafetensorsFile {
  private static final long MAX_HEADER = 100_000_000;

  private SafetensorsFile() {}

  /** Where the tensors of a file lie; each is checked to lie in it. */
  static List<StoredTensor> read(Path path, MappedFile file) {
    return read(path, file, new LinkedHashMap<>());
  }

  /** The same; also puts the header's texts into a map. */
  static List<StoredTensor> read(Path path, MappedFile file, Map<String, String> metadata) {
    if (file.size() < 8) {
      throw new ModelException(
          path + " is no safetensors file: it has %d bytes".formatted(file.size()));
    }
    long length = file.map(0, 8).getLong();
    if (length < 2 || length > MAX_HEADER) {
      throw new ModelException(
          "%s is no safetensors file: its header would have %d bytes".formatted(path, length));
    }
    if (8 + length > file.size()) {
      throw new ModelException(
          "%s is cut off: its header ends at byte %d, the file at %d"
              .formatted(path, 8 + length, file.size()));
    }
    List<StoredTensor> tensors = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : header(path, file.map(8, length)).properties()) {
      if (entry.getKey().equals("__metadata__")) {
        entry.getValue().properties().forEach(e -> metadata.put(e.getKey(), e.getValue().asText()));
      } else {
        StoredTensor tensor = tensor(path, entry.getKey(), entry.getValue(), 8 + length);
        file.check(tensor);
        tensors.add(tensor);
      }
    }
    return tensors;
  }

  private static JsonNode header(Path path, ByteBuffer bytes) {
    byte[] json = new byte[bytes.remaining()];
    bytes.get(json);
    try {
      JsonNode root = new ObjectMapper().readTree(new String(json, StandardCharsets.UTF_8));
      if (root.isObject()) {
        return root;
      }
    } catch (IOException e) {
      throw new ModelException(path + ": its header is not JSON", e);
    }
    throw new ModelException(path + ": its header is no JSON object");
  }

  private static StoredTensor tensor(Path path, String name, JsonNode entry, long start) {
    String dtype = entry.path("dtype").asText();
    TensorType type =
        TensorType.ofSafetensors(dtype)
            .orElseThrow(
                () ->
                    new ModelException(
                        "%s: tensor '%s' has type '%s'; supported are %s"
                            .formatted(path, name, dtype, TensorType.safetensorsNames())));
    List<Long> shape = new ArrayList<>();
    entry.path("shape").forEach(size -> shape.add(size.asLong(-1)));
    JsonNode offsets = entry.path("data_offsets");
    long begin = offsets.path(0).asLong(-1);
    long end = offsets.path(1).asLong(-1);
    if (!entry.path("shape").isArray() || begin < 0 || shape.stream().anyMatch(size -> size < 0)) {
      throw new ModelException("%s: tensor '%s' lacks shape or data_offsets".formatted(path, name));
    }
    StoredTensor tensor = new StoredTensor(name, shape, type, path, start + begin);
    if (end - begin != tensor.bytes()) {
      throw new ModelException(
          "%s: tensor '%s' of shape %s and type %s needs %d bytes, its data_offsets span %d"
              .formatted(path, name, shape, type, tensor.bytes(), end - begin));
    }
    return tensor;
  }
}
