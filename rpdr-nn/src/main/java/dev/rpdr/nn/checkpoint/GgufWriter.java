package dev.rpdr.nn.checkpoint;

import dev.rpdr.ModelException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes GGUF files, version 3, of 32-bit floats: adapters, which are small, so the file is made in
 * memory. It appears whole or not at all. Not thread-safe.
 */
public final class GgufWriter {
  private final Map<String, Object> metadata = new LinkedHashMap<>();
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();

  private record Tensor(List<Long> shape, float[] values) {}

  /** Adds a text to the metadata. */
  public GgufWriter put(String key, String value) {
    metadata.put(key, value);
    return this;
  }

  /** Adds a 32-bit float to the metadata. */
  public GgufWriter put(String key, float value) {
    metadata.put(key, value);
    return this;
  }

  /**
   * Adds a tensor.
   *
   * @param shape the last dimension contiguous, as everywhere but in the file
   * @param values row-major, not copied
   */
  public GgufWriter add(String name, List<Long> shape, float[] values) {
    if (shape.stream().reduce(1L, (a, b) -> a * b) != values.length) {
      throw new IllegalArgumentException(
          "tensor '%s' of shape %s has %d values".formatted(name, shape, values.length));
    }
    tensors.put(name, new Tensor(List.copyOf(shape), values));
    return this;
  }

  /** Writes the file, replacing an older one. */
  public void write(Path file) {
    Little out = new Little();
    out.integer(GgufFile.MAGIC);
    out.integer(3);
    out.number(tensors.size());
    out.number(metadata.size());
    metadata.forEach(
        (key, value) -> {
          out.text(key);
          if (value instanceof Float number) {
            out.integer(GgufValues.FLOAT32);
            out.integer(Float.floatToIntBits(number));
          } else {
            out.integer(GgufValues.STRING);
            out.text((String) value);
          }
        });
    long offset = 0;
    for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
      List<Long> shape = entry.getValue().shape();
      out.text(entry.getKey());
      out.integer(shape.size());
      for (int i = shape.size() - 1; i >= 0; i--) {
        out.number(shape.get(i));
      }
      out.integer(TensorType.F32.ggufId());
      out.number(offset);
      offset += aligned(4L * entry.getValue().values().length);
    }
    out.align();
    for (Tensor tensor : tensors.values()) {
      out.floats(tensor.values());
      out.align();
    }
    write(file, out.toByteArray());
  }

  private static long aligned(long bytes) {
    return (bytes + GgufFile.ALIGNMENT - 1) / GgufFile.ALIGNMENT * GgufFile.ALIGNMENT;
  }

  private static void write(Path file, byte[] bytes) {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    try {
      Files.write(part, bytes);
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new ModelException("cannot write " + file, e);
    }
  }

  /** Little-endian values in memory. */
  private static final class Little extends ByteArrayOutputStream {
    void integer(int value) {
      writeBytes(buffer(4).putInt(value).array());
    }

    void number(long value) {
      writeBytes(buffer(8).putLong(value).array());
    }

    void text(String value) {
      byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
      number(utf8.length);
      writeBytes(utf8);
    }

    void floats(float[] values) {
      ByteBuffer bytes = buffer(4 * values.length);
      bytes.asFloatBuffer().put(values);
      writeBytes(bytes.array());
    }

    void align() {
      writeBytes(new byte[(int) (aligned(size()) - size())]);
    }

    private static ByteBuffer buffer(int size) {
      return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }
  }
}
