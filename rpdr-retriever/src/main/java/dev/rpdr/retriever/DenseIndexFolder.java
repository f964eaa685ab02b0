package dev.rpdr.retriever;

import dev.rpdr.DataFormatException;
import dev.rpdr.Fingerprint;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An index on disk: {@value DenseIndexHeader#FILE} and one file {@code vectors-NNNNNN.f32} a chunk,
 * which holds {@code float[dimension][names of the chunk]} as IEEE 754 single precision,
 * little-endian, nothing else.
 *
 * <p>It grows in a folder beside it whose name ends in {@code .part}, chunk after chunk, each
 * forced to disk before the header there names it, and is moved to its place when it is whole. So a
 * crash costs one chunk at most, and what is in its place is complete.
 */
final class DenseIndexFolder {
  private final Path folder;
  private final Path part;
  private DenseIndexHeader header;

  private DenseIndexFolder(Path folder, Path part, DenseIndexHeader header) {
    this.folder = folder;
    this.part = part;
    this.header = header;
  }

  /** Whether an index is there, of whatever knowledge base. */
  static boolean exists(Path folder) {
    return Files.exists(folder.resolve(DenseIndexHeader.FILE));
  }

  /**
   * Reads a whole index.
   *
   * @throws DataFormatException if there is none, if it is of another knowledge base or encoder, or
   *     if it is damaged
   */
  static List<VectorChunk> read(Path folder, DenseIndexHeader asked) {
    DenseIndexHeader header = DenseIndexHeader.read(folder);
    String difference = header.difference(asked);
    if (!difference.isEmpty()) {
      throw new DataFormatException(
          "the dense index in " + folder + " was built for something else: " + difference);
    }
    if (header.chunks().size() != header.chunkCount()) {
      throw new DataFormatException(
          "the dense index in "
              + folder
              + " has "
              + header.chunks().size()
              + " of "
              + header.chunkCount()
              + " chunks");
    }
    return readChunks(folder, header);
  }

  /**
   * Begins an index, or goes on with one that was begun for the same.
   *
   * @throws IllegalArgumentException if the folder already holds something
   */
  static DenseIndexFolder begin(Path folder, DenseIndexHeader asked) {
    Path absolute = folder.toAbsolutePath().normalize();
    Path name = absolute.getFileName();
    if (name == null) {
      throw new IllegalArgumentException(folder + " cannot hold an index: it has no name");
    }
    Path part = absolute.resolveSibling(name + ".part");
    try {
      requireEmpty(absolute);
      Files.createDirectories(part);
      DenseIndexHeader begun = begun(part);
      if (begun == null || !begun.difference(asked).isEmpty()) {
        clear(part);
        begun = asked;
      }
      return new DenseIndexFolder(absolute, part, begun);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot begin a dense index at " + folder, e);
    }
  }

  /** The chunks that are there already. */
  List<VectorChunk> chunks() {
    return readChunks(part, header);
  }

  /** Adds the next chunk. */
  void add(VectorChunk chunk) {
    int number = header.chunks().size();
    Path file = part.resolve(chunkFile(number));
    try {
      try (FileChannel channel =
          FileChannel.open(
              file,
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE,
              StandardOpenOption.TRUNCATE_EXISTING)) {
        ByteBuffer bytes = littleEndian(chunk.bytes());
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      header = header.withChunk(Fingerprint.ofFile(file));
      Path draft = part.resolve(DenseIndexHeader.FILE + ".new");
      Files.write(draft, header.json());
      Files.move(draft, part.resolve(DenseIndexHeader.FILE), StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  /** Moves the index to its place; all chunks must have been added. */
  void finish() {
    if (header.chunks().size() != header.chunkCount()) {
      throw new IllegalStateException(
          header.chunks().size() + " of " + header.chunkCount() + " chunks are written");
    }
    try {
      Files.deleteIfExists(folder);
      Files.move(part, folder);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot move " + part + " to " + folder, e);
    }
  }

  private static String chunkFile(int number) {
    return String.format(Locale.ROOT, "vectors-%06d.f32", number);
  }

  private static List<VectorChunk> readChunks(Path folder, DenseIndexHeader header) {
    List<VectorChunk> chunks = new ArrayList<>();
    for (int c = 0; c < header.chunks().size(); c++) {
      Path file = folder.resolve(chunkFile(c));
      try {
        chunks.add(readChunk(file, header, c));
      } catch (IOException e) {
        throw new DataFormatException(file + " cannot be read: " + e, e);
      }
    }
    return chunks;
  }

  private static VectorChunk readChunk(Path file, DenseIndexHeader header, int number)
      throws IOException {
    String hash = Fingerprint.ofFile(requireThere(file));
    if (!hash.equals(header.chunks().get(number))) {
      throw new DataFormatException(
          file
              + " is not the file that was written: its SHA-256 is "
              + hash
              + ", expected "
              + header.chunks().get(number));
    }
    ByteBuffer bytes = VectorChunk.allocate(header.dimension(), header.namesOf(number));
    try (FileChannel channel = FileChannel.open(file)) {
      if (channel.size() != bytes.capacity()) {
        throw new DataFormatException(
            file + " has " + channel.size() + " bytes, expected " + bytes.capacity());
      }
      while (bytes.hasRemaining()) {
        if (channel.read(bytes) < 0) {
          throw new EOFException("shorter than its size");
        }
      }
    }
    bytes.flip();
    ByteBuffer here = littleEndian(bytes);
    return new VectorChunk(here, header.dimension(), header.namesOf(number));
  }

  private static Path requireThere(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new DataFormatException(file + " is missing");
    }
    return file;
  }

  /** Turns floats from the platform's order into little-endian, or back, which is the same. */
  private static ByteBuffer littleEndian(ByteBuffer bytes) {
    if (ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN) {
      return bytes.duplicate().order(ByteOrder.nativeOrder());
    }
    ByteBuffer from = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer to = ByteBuffer.allocateDirect(bytes.remaining()).order(ByteOrder.nativeOrder());
    while (from.hasRemaining()) {
      to.putInt(from.getInt());
    }
    return to.flip();
  }

  private static @Nullable DenseIndexHeader begun(Path part) {
    try {
      return DenseIndexHeader.read(part);
    } catch (DataFormatException e) {
      // nothing begun, or nothing that can be gone on with
      return null;
    }
  }

  private static void requireEmpty(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      if (files.iterator().hasNext()) {
        throw new IllegalArgumentException(
            folder + " is not empty: an index is written to a new or an empty folder");
      }
    }
  }

  private static void clear(Path part) throws IOException {
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(part, "{vectors-*.f32," + DenseIndexHeader.FILE + "*}")) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
  }
}
