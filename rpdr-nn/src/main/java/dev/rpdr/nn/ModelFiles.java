package dev.rpdr.nn;

import dev.rpdr.Fingerprint;
import dev.rpdr.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where the files of a model come from: a folder, or a Maven artifact on the classpath. Nothing is
 * downloaded and no model is chosen for the caller. Thread-safe.
 */
public final class ModelFiles {
  /** The graph's name in a folder. */
  public static final String ONNX = "model.onnx";

  /** The tokenizer's name in a folder. */
  public static final String TOKENIZER = "tokenizer.json";

  private static final String MAVEN_PREFIX = "maven:";

  private final String name;
  private final Source source;
  private @Nullable String onnxSha256;
  private @Nullable String tokenizerSha256;

  private ModelFiles(String name, Source source) {
    this.name = name;
    this.source = source;
  }

  /** What differs between the places that files come from. */
  interface Source {
    byte[] onnx() throws IOException;

    byte[] tokenizer() throws IOException;

    /** The folder that holds the files, if one does. */
    Optional<Path> folder();
  }

  /**
   * A folder with {@value #ONNX} and {@value #TOKENIZER}, as Optimum exports them, and, if our
   * trainers wrote it, {@value EncoderConfig#FILE}.
   *
   * @throws ModelException if one of the two is missing
   */
  public static ModelFiles folder(Path folder) {
    Objects.requireNonNull(folder, "folder");
    return new ModelFiles("folder:" + folder.toAbsolutePath().getFileName(), Folder.of(folder));
  }

  /**
   * The encoder inside an artifact {@code dev.langchain4j:langchain4j-embeddings-NAME}.
   *
   * @param name {@code all-minilm-l6-v2}, {@code bge-small-en-v15} or {@code bge-small-zh-v15}
   * @throws ModelException if the artifact is not on the classpath; the message holds its
   *     coordinates
   */
  public static ModelFiles maven(String name) {
    Objects.requireNonNull(name, "name");
    return new ModelFiles(MAVEN_PREFIX + name, MavenArtifact.of(name));
  }

  /**
   * Reads a name from a configuration or command line.
   *
   * @param text {@code maven:NAME} as for {@link #maven}, or the path of a folder
   */
  public static ModelFiles parse(String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException(
          "a model must be named: maven:NAME (one of " + MavenArtifact.names() + ") or a folder");
    }
    return text.startsWith(MAVEN_PREFIX)
        ? maven(text.substring(MAVEN_PREFIX.length()))
        : folder(Path.of(text));
  }

  /** {@code maven:NAME}, or {@code folder:} and the folder's own name. */
  public String name() {
    return name;
  }

  /** The graph, read anew at each call. */
  public synchronized byte[] onnx() {
    byte[] content = read(ONNX, source::onnx);
    if (onnxSha256 == null) {
      onnxSha256 = Fingerprint.ofBytes(content);
    }
    return content;
  }

  /** The {@code tokenizer.json}, read anew at each call. */
  public synchronized byte[] tokenizer() {
    byte[] content = read(TOKENIZER, source::tokenizer);
    if (tokenizerSha256 == null) {
      tokenizerSha256 = Fingerprint.ofBytes(content);
    }
    return content;
  }

  /** The graph's file, if the model lies in a folder. */
  public Optional<Path> onnxPath() {
    return source.folder().map(folder -> folder.resolve(ONNX));
  }

  /** The SHA-256 of the graph in hexadecimal, computed when first needed. */
  public synchronized String onnxSha256() {
    String hash = onnxSha256;
    if (hash == null) {
      hash = onnxPath().map(Fingerprint::ofFile).orElseGet(() -> Fingerprint.ofBytes(onnx()));
      onnxSha256 = hash;
    }
    return hash;
  }

  /** The SHA-256 of the tokenizer in hexadecimal, computed when first needed. */
  public synchronized String tokenizerSha256() {
    String hash = tokenizerSha256;
    if (hash == null) {
      hash = Fingerprint.ofBytes(tokenizer());
      tokenizerSha256 = hash;
    }
    return hash;
  }

  /**
   * What the folder says about the encoder in it, if it says anything.
   *
   * @throws ModelException if it speaks of other files than those beside it
   * @throws dev.rpdr.DataFormatException if it cannot be read
   */
  public Optional<EncoderConfig> config() {
    Optional<EncoderConfig> config = source.folder().flatMap(EncoderConfig::read);
    config.ifPresent(found -> found.check(this));
    return config;
  }

  /**
   * Writes {@value #TOKENIZER} into a folder, which is created if need be; an older one is
   * replaced.
   */
  public void copyTokenizer(Path folder) {
    write(folder, TOKENIZER, tokenizer());
  }

  /** Writes {@value #ONNX} and {@value #TOKENIZER} into a folder. See {@link #copyTokenizer}. */
  public void copyTo(Path folder) {
    write(folder, ONNX, onnx());
    copyTokenizer(folder);
  }

  @Override
  public String toString() {
    return name;
  }

  private interface Reading {
    byte[] read() throws IOException;
  }

  private byte[] read(String file, Reading reading) {
    try {
      return reading.read();
    } catch (IOException e) {
      throw new ModelException(name + ": cannot read " + file + ": " + e, e);
    }
  }

  private void write(Path folder, String file, byte[] content) {
    try {
      Files.createDirectories(folder);
      Files.write(folder.resolve(file), content);
    } catch (IOException e) {
      throw new ModelException(name + ": cannot write " + folder.resolve(file) + ": " + e, e);
    }
  }
}
