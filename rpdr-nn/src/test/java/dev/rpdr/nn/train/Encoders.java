package dev.rpdr.nn.train;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/** The encoders that lie on the test class path. */
final class Encoders {
  static final String MINILM = "all-minilm-l6-v2.onnx";

  private Encoders() {}

  static byte[] onnx(String name) {
    try (InputStream in =
        Objects.requireNonNull(Encoders.class.getResourceAsStream("/" + name), name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
