package dev.rpdr.nn.train;

import ai.onnx.proto.OnnxMl.ModelProto;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.rpdr.ModelException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Reads and writes whole ONNX files. */
final class OnnxFile {
  private OnnxFile() {}

  static ModelProto parse(byte[] bytes) {
    try {
      return ModelProto.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new ModelException("not an ONNX model: " + e.getMessage(), e);
    }
  }

  static byte[] read(Path path) {
    try {
      long size = Files.size(path);
      if (size > Integer.MAX_VALUE - 16) {
        throw new ModelException(
            "%s has %d bytes; models of 2 GB and more are not supported".formatted(path, size));
      }
      return Files.readAllBytes(path);
    } catch (IOException e) {
      throw new ModelException("cannot read the model " + path, e);
    }
  }

  /** Writes beside the target, then moves into its place: a reader never sees half a file. */
  static void write(ModelProto model, Path path) {
    Path target = path.toAbsolutePath();
    Path folder = target.getParent();
    try {
      if (folder != null) {
        Files.createDirectories(folder);
      }
      Path part = Files.createTempFile(folder, target.getFileName() + ".", ".part");
      try {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(part), 1 << 20)) {
          model.writeTo(out);
        }
        move(part, target);
      } finally {
        Files.deleteIfExists(part);
      }
    } catch (IOException e) {
      throw new ModelException("cannot write the model " + path, e);
    }
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
