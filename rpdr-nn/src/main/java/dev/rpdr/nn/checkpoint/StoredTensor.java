package dev.rpdr.nn.checkpoint;

import dev.rpdr.ModelException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * Where a tensor lies.
 *
 * @param name its Hugging Face name
 * @param shape sizes of the dimensions, the last one contiguous
 * @param type how its numbers are laid out
 * @param file the file
 * @param offset where its first byte is in the file
 */
public record StoredTensor(String name, List<Long> shape, TensorType type, Path file, long offset) {
  public StoredTensor {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(file, "file");
    shape = List.copyOf(shape);
    if (shape.stream().reduce(1.0, (a, b) -> a * b, (a, b) -> a * b) > 1L << 48) {
      throw new ModelException("%s: tensor '%s' cannot have shape %s".formatted(file, name, shape));
    }
  }

  /** How many numbers it holds. */
  public long size() {
    return shape.stream().reduce(1L, (a, b) -> a * b);
  }

  /** How many bytes it takes. */
  long bytes() {
    return type.bytes(size());
  }

  StoredTensor named(String other) {
    return new StoredTensor(other, shape, type, file, offset);
  }
}
