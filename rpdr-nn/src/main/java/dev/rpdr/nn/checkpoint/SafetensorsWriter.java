package dev.rpdr.nn.checkpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rpdr.ModelException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Writes {@code .safetensors} files. Tensors are announced first, since the header stands in front,
 * and asked for one after the other while writing. The file appears whole or not at all. Not
 * thread-safe.
 */
public final class SafetensorsWriter {
  private static final int CHUNK = 1 << 16;

  private final TensorType type;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final Map<String, String> metadata = new LinkedHashMap<>(Map.of("format", "pt"));

  private record Entry(List<Long> shape, Supplier<float[]> values) {
    long size() {
      return shape.stream().reduce(1L, (a, b) -> a * b);
    }
  }

  /**
   * @param type F32, F16 or BF16
   */
  public SafetensorsWriter(TensorType type) {
    Objects.requireNonNull(type, "type");
    if (type.block() != 1) {
      throw new IllegalArgumentException("type must be F32, F16 or BF16, not " + type);
    }
    this.type = type;
  }

  /** Adds a text to the header's {@code __metadata__}. */
  public SafetensorsWriter metadata(String key, String value) {
    metadata.put(key, value);
    return this;
  }

  /** Adds a tensor whose values are computed when it is written. */
  public SafetensorsWriter add(String name, List<Long> shape, Supplier<float[]> values) {
    if (entries.putIfAbsent(name, new Entry(List.copyOf(shape), values)) != null) {
      throw new IllegalArgumentException("there is a tensor '%s' already".formatted(name));
    }
    return this;
  }

  /**
   * Writes the file, replacing an older one.
   *
   * @throws ModelException where it cannot be written, or a tensor has another size than its shape
   *     says or holds a value that is not finite
   */
  public void write(Path file) {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    try {
      try (FileChannel out =
          FileChannel.open(
              part,
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE,
              StandardOpenOption.TRUNCATE_EXISTING)) {
        writeAll(out, header());
        for (Map.Entry<String, Entry> entry : entries.entrySet()) {
          write(out, entry.getKey(), entry.getValue());
        }
        out.force(true);
      }
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new ModelException("cannot write " + file, e);
    }
  }

  private ByteBuffer header() throws IOException {
    ObjectMapper json = new ObjectMapper();
    ObjectNode root = json.createObjectNode();
    metadata.forEach(root.putObject("__metadata__")::put);
    long offset = 0;
    for (Map.Entry<String, Entry> entry : entries.entrySet()) {
      ObjectNode tensor = root.putObject(entry.getKey()).put("dtype", type.name());
      entry.getValue().shape().forEach(tensor.putArray("shape")::add);
      long end = offset + type.bytes(entry.getValue().size());
      tensor.putArray("data_offsets").add(offset).add(end);
      offset = end;
    }
    byte[] text = json.writeValueAsString(root).getBytes(StandardCharsets.UTF_8);
    int padded = (text.length + 7) / 8 * 8;
    ByteBuffer bytes = ByteBuffer.allocate(8 + padded).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(padded).put(text);
    while (bytes.hasRemaining()) {
      bytes.put((byte) ' ');
    }
    return bytes.flip();
  }

  private void write(FileChannel out, String name, Entry entry) throws IOException {
    float[] values = entry.values().get();
    if (values.length != entry.size()) {
      throw new ModelException(
          "tensor '%s' of shape %s has %d values".formatted(name, entry.shape(), values.length));
    }
    ByteBuffer chunk = ByteBuffer.allocateDirect(4 * CHUNK).order(ByteOrder.LITTLE_ENDIAN);
    for (int from = 0; from < values.length; from += CHUNK) {
      chunk.clear();
      for (int i = from; i < Math.min(values.length, from + CHUNK); i++) {
        put(chunk, name, values[i]);
      }
      writeAll(out, chunk.flip());
    }
  }

  private void put(ByteBuffer to, String name, float value) {
    if (!Float.isFinite(value)) {
      throw new ModelException("tensor '%s' holds %s; it was not written".formatted(name, value));
    }
    switch (type) {
      case F16 -> to.putShort(HalfFloats.toHalf(value));
      case BF16 -> to.putShort(HalfFloats.toBrain(value));
      default -> to.putFloat(value);
    }
  }

  private static void writeAll(FileChannel out, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      out.write(bytes);
    }
  }
}
