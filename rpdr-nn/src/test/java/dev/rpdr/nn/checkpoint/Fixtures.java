package dev.rpdr.nn.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Small checkpoints among the test resources, made once by Transformers 5.23, PEFT 0.21 and gguf
 * 0.17 on PyTorch 2.13: {@code llama} (2 layers of 32, 4 and 2 heads of 8, llama3 rotary scaling,
 * untied head, 32 bits), the same as {@code tiny-llama.gguf} (16 bits, as llama.cpp's converter
 * lays it out), {@code qwen2} (1 key-value head, tied, bfloat16, two shards), {@code
 * quantised.gguf} (two rows of 256 numbers a type: random normal, random blocks for Q4_K and Q6_K)
 * with what gguf makes of it in {@code quantised.safetensors}.
 */
public final class Fixtures {
  private static final String ROOT = "/dev/rpdr/nn/causal/";

  private Fixtures() {}

  /** A file or folder among the fixtures. */
  public static Path of(String name) {
    URL url = Objects.requireNonNull(Fixtures.class.getResource(ROOT + name), name);
    try {
      return Path.of(url.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A copy of a fixture's folder that a test may spoil. */
  public static Path copy(String name, Path to) {
    try (Stream<Path> files = Files.list(of(name))) {
      List<Path> all = files.filter(Files::isRegularFile).toList();
      for (Path file : all) {
        Files.copy(
            file, to.resolve(file.getFileName().toString()), StandardCopyOption.REPLACE_EXISTING);
      }
      return to;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Tensors of a safetensors file. */
  public static float[] tensor(Path file, String name) {
    try (MappedFile mapped = new MappedFile(file)) {
      StoredTensor tensor =
          SafetensorsFile.read(file, mapped).stream()
              .filter(found -> found.name().equals(name))
              .findFirst()
              .orElseThrow(() -> new IllegalArgumentException(name));
      float[] values = new float[(int) tensor.size()];
      mapped.read(tensor, java.nio.FloatBuffer.wrap(values));
      return values;
    }
  }
}
