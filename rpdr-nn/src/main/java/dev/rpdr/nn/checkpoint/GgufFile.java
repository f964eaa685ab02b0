package dev.rpdr.nn.checkpoint;

import dev.rpdr.ModelException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * The header of a GGUF file, versions 2 and 3: {@code GGUF}, version, number of tensors, number of
 * metadata pairs; the pairs; for each tensor its name, dimensions (the contiguous one first), type
 * and offset; then, aligned, the tensors. All little-endian. See <a
 * href="https://github.com/ggml-org/ggml/blob/master/docs/gguf.md">its specification</a>.
 */
final class GgufFile {
  static final int MAGIC = 0x46554747;
  static final int ALIGNMENT = 32;
  private static final int MAX_HEADER = 1 << 28;

  private final Path path;
  private final Map<String, Object> metadata;
  private final List<StoredTensor> tensors;

  private GgufFile(Path path, Map<String, Object> metadata, List<StoredTensor> tensors) {
    this.path = path;
    this.metadata = metadata;
    this.tensors = tensors;
  }

  static GgufFile read(Path path, MappedFile file) {
    GgufValues values = new GgufValues(path, file.map(0, MAX_HEADER));
    if (file.size() < 8 || values.integer() != MAGIC) {
      throw new ModelException(path + " is no GGUF file: it does not begin with 'GGUF'");
    }
    int version = values.integer();
    if (version < 2 || version > 3) {
      throw new ModelException(
          "%s: GGUF version %d is not supported; versions 2 and 3 are".formatted(path, version));
    }
    long tensorCount = values.count("the number of tensors");
    long pairCount = values.count("the number of metadata pairs");
    Map<String, Object> metadata = new LinkedHashMap<>();
    for (long i = 0; i < pairCount; i++) {
      String key = values.text();
      metadata.put(key, values.value(values.integer()));
    }
    List<StoredTensor> relative = new ArrayList<>();
    for (long i = 0; i < tensorCount; i++) {
      relative.add(tensor(path, values));
    }
    GgufFile header = new GgufFile(path, metadata, relative);
    long alignment = header.number("general.alignment").orElse(ALIGNMENT);
    if (alignment < 1 || alignment > 1 << 20) {
      throw new ModelException("%s: general.alignment is %d".formatted(path, alignment));
    }
    long start = (values.position() + alignment - 1) / alignment * alignment;
    List<StoredTensor> tensors = new ArrayList<>();
    for (StoredTensor t : relative) {
      StoredTensor placed =
          new StoredTensor(t.name(), t.shape(), t.type(), path, start + t.offset());
      file.check(placed);
      tensors.add(placed);
    }
    return new GgufFile(path, metadata, tensors);
  }

  private static StoredTensor tensor(Path path, GgufValues values) {
    String name = values.text();
    int rank = values.integer();
    if (rank < 0 || rank > 4) {
      throw new ModelException("%s: tensor '%s' has %d dimensions".formatted(path, name, rank));
    }
    List<Long> shape = new ArrayList<>();
    for (int i = 0; i < rank; i++) {
      long size = values.longNumber();
      if (size < 0 || size > 1L << 40) {
        throw new ModelException(
            "%s: tensor '%s' has a dimension of %d".formatted(path, name, size));
      }
      shape.add(size);
    }
    Collections.reverse(shape);
    int id = values.integer();
    TensorType type =
        TensorType.ofGguf(id)
            .orElseThrow(
                () ->
                    new ModelException(
                        "%s: tensor '%s' has ggml type %d; supported are %s"
                            .formatted(path, name, id, TensorType.ggufNames())));
    long offset = values.longNumber();
    if (offset < 0) {
      throw new ModelException("%s: tensor '%s' lies at %d".formatted(path, name, offset));
    }
    return new StoredTensor(name, shape, type, path, offset);
  }

  Path path() {
    return path;
  }

  List<StoredTensor> tensors() {
    return tensors;
  }

  /** A text of the metadata; empty where there is none. */
  String text(String key) {
    return metadata.get(key) instanceof String text ? text : "";
  }

  OptionalLong number(String key) {
    return metadata.get(key) instanceof Long number
        ? OptionalLong.of(number)
        : OptionalLong.empty();
  }

  OptionalDouble decimal(String key) {
    return metadata.get(key) instanceof Double number
        ? OptionalDouble.of(number)
        : OptionalDouble.empty();
  }

  long require(String key) {
    return number(key)
        .orElseThrow(() -> new ModelException("%s: metadata '%s' is missing".formatted(path, key)));
  }
}
