package dev.rpdr.nn.checkpoint;

import dev.rpdr.ModelException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One {@code .safetensors} file, checked when opened and read through a map. Thread-safe. */
public final class SafetensorsReader implements AutoCloseable {
  private final Path path;
  private final MappedFile file;
  private final Map<String, StoredTensor> tensors = new LinkedHashMap<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();

  private SafetensorsReader(Path path, MappedFile file) {
    this.path = path;
    this.file = file;
    SafetensorsFile.read(path, file, metadata).forEach(t -> tensors.put(t.name(), t));
  }

  /**
   * Opens a file.
   *
   * @throws ModelException where it is not there, cut off or no such file
   */
  public static SafetensorsReader open(Path path) {
    MappedFile file = new MappedFile(path);
    try {
      return new SafetensorsReader(path, file);
    } catch (RuntimeException | Error e) {
      file.close();
      throw e;
    }
  }

  /** The tensors' names. */
  public Set<String> names() {
    return Collections.unmodifiableSet(tensors.keySet());
  }

  /** The texts of the header's {@code __metadata__}. */
  public Map<String, String> metadata() {
    return Collections.unmodifiableMap(metadata);
  }

  /** A tensor's sizes. */
  public List<Long> shape(String name) {
    return require(name).shape();
  }

  /** A tensor's numbers, row-major. */
  public float[] read(String name) {
    StoredTensor tensor = require(name);
    float[] values = new float[Math.toIntExact(tensor.size())];
    file.read(tensor, FloatBuffer.wrap(values));
    return values;
  }

  private StoredTensor require(String name) {
    StoredTensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new ModelException("%s: tensor '%s' is missing".formatted(path, name));
    }
    return tensor;
  }

  @Override
  public void close() {
    file.close();
  }
}
