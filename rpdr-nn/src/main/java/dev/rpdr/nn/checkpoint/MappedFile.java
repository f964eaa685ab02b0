package dev.rpdr.nn.checkpoint;

import dev.rpdr.ModelException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file whose tensors are read through maps of at most {@value #WINDOW} bytes. Thread-safe. */
final class MappedFile implements AutoCloseable {
  /** A multiple of no block's bytes in particular: windows are cut at whole blocks. */
  private static final int WINDOW = 1 << 28;

  private static final int NUMBERS = 1 << 13;

  private final Path path;
  private final FileChannel channel;
  private final long size;

  MappedFile(Path path) {
    this.path = path;
    try {
      channel = FileChannel.open(path, StandardOpenOption.READ);
      size = channel.size();
    } catch (IOException e) {
      throw new ModelException("cannot open " + path, e);
    }
  }

  long size() {
    return size;
  }

  /** A little-endian view of some bytes, or of those that there are. */
  ByteBuffer map(long offset, long length) {
    long end = Math.min(size, Math.addExact(offset, length));
    try {
      return channel
          .map(FileChannel.MapMode.READ_ONLY, offset, Math.max(0, end - offset))
          .order(ByteOrder.LITTLE_ENDIAN);
    } catch (IOException | IllegalArgumentException e) {
      throw new ModelException("cannot read " + path, e);
    }
  }

  /** Decodes a tensor of this file. */
  void read(StoredTensor tensor, FloatBuffer target) {
    TensorType type = tensor.type();
    long perWindow = (long) (WINDOW / type.blockBytes()) * type.block();
    float[] numbers = new float[NUMBERS];
    for (long from = 0; from < tensor.size(); from += perWindow) {
      long count = Math.min(perWindow, tensor.size() - from);
      ByteBuffer bytes = map(tensor.offset() + type.bytes(from), type.bytes(count));
      for (long left = count; left > 0; left -= NUMBERS) {
        int now = (int) Math.min(NUMBERS, left);
        type.decode(bytes, numbers, now);
        target.put(numbers, 0, now);
      }
    }
  }

  /** Refuses a tensor that does not lie wholly in the file or has half a block in a row. */
  void check(StoredTensor tensor) {
    TensorType type = tensor.type();
    int rank = tensor.shape().size();
    long row = rank == 0 ? 1 : tensor.shape().get(rank - 1);
    if (row % type.block() != 0) {
      throw new ModelException(
          "%s: tensor '%s' has rows of %d numbers, no whole number of %s blocks of %d"
              .formatted(path, tensor.name(), row, type, type.block()));
    }
    long end = tensor.offset() + tensor.bytes();
    if (end > size) {
      throw new ModelException(
          "%s is cut off: tensor '%s' ends at byte %d, the file at %d"
              .formatted(path, tensor.name(), end, size));
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new ModelException("cannot close " + path, e);
    }
  }
}
