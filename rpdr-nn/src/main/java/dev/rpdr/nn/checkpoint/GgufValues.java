package dev.rpdr.nn.checkpoint;

import dev.rpdr.ModelException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads GGUF's values one after the other; the end of the file is a clear error. */
final class GgufValues {
  static final int STRING = 8;
  static final int UINT32 = 4;
  static final int FLOAT32 = 6;
  private static final int ARRAY = 9;

  /** Longer arrays are vocabularies; they are skipped, since tokenizers are read from JSON. */
  private static final int KEPT = 1024;

  private final Path path;
  private final ByteBuffer bytes;

  GgufValues(Path path, ByteBuffer bytes) {
    this.path = path;
    this.bytes = bytes;
  }

  int position() {
    return bytes.position();
  }

  int integer() {
    return take(bytes::getInt);
  }

  long count(String what) {
    long count = take(bytes::getLong);
    if (count < 0 || count > bytes.remaining()) {
      throw new ModelException(
          "%s: %s is given as %d with %d bytes left: cut off or no GGUF file"
              .formatted(path, what, count, bytes.remaining()));
    }
    return count;
  }

  long longNumber() {
    return take(bytes::getLong);
  }

  String text() {
    byte[] utf8 = new byte[(int) count("a text's length")];
    take(() -> bytes.get(utf8));
    return new String(utf8, StandardCharsets.UTF_8);
  }

  /** A value of a type: Long, Double, Boolean, String, or a List of these (long ones empty). */
  Object value(int type) {
    return switch (type) {
      case 0 -> (long) (take(bytes::get) & 0xff);
      case 1 -> (long) take(bytes::get);
      case 2 -> (long) (take(bytes::getShort) & 0xffff);
      case 3 -> (long) take(bytes::getShort);
      case UINT32 -> take(bytes::getInt) & 0xffffffffL;
      case 5 -> (long) take(bytes::getInt);
      case FLOAT32 -> (double) take(bytes::getFloat);
      case 7 -> take(bytes::get) != 0;
      case STRING -> text();
      case ARRAY -> array();
      case 10, 11 -> take(bytes::getLong);
      case 12 -> take(bytes::getDouble);
      default -> throw new ModelException("%s: metadata has unknown type %d".formatted(path, type));
    };
  }

  private List<Object> array() {
    int type = integer();
    long length = count("an array's length");
    List<Object> values = new ArrayList<>();
    for (long i = 0; i < length; i++) {
      Object value = value(type);
      if (length <= KEPT) {
        values.add(value);
      }
    }
    return values;
  }

  private interface Read<T> {
    T read();
  }

  private <T> T take(Read<T> read) {
    try {
      return read.read();
    } catch (BufferUnderflowException e) {
      throw new ModelException(path + " is cut off in its header", e);
    }
  }
}
