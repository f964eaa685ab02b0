package dev.rpdr.nn;

import dev.rpdr.ModelException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The files of a model as resources of a Maven artifact of LangChain4j.
 *
 * @param base the resources' common name: {@code base.onnx} and {@code base-tokenizer.json}
 */
record MavenArtifact(String base) implements ModelFiles.Source {
  private static final Map<String, String> BASES =
      new TreeMap<>(
          Map.of(
              "all-minilm-l6-v2", "all-minilm-l6-v2",
              "bge-small-en-v15", "bge-small-en-v1.5",
              "bge-small-zh-v15", "bge-small-zh-v1.5"));

  /** The models known by name. */
  static Set<String> names() {
    return BASES.keySet();
  }

  /** Checks that the artifact of that model is on the classpath. */
  static MavenArtifact of(String name) {
    String base = BASES.get(name);
    if (base == null) {
      throw new IllegalArgumentException(
          "unknown Maven encoder '" + name + "': known are " + names());
    }
    MavenArtifact artifact = new MavenArtifact(base);
    if (artifact.find(artifact.onnxResource()) == null
        || artifact.find(artifact.tokenizerResource()) == null) {
      throw new ModelException(
          "the encoder '"
              + name
              + "' is not on the classpath: add the artifact"
              + " dev.langchain4j:langchain4j-embeddings-"
              + name);
    }
    return artifact;
  }

  @Override
  public byte[] onnx() throws IOException {
    return read(onnxResource());
  }

  @Override
  public byte[] tokenizer() throws IOException {
    return read(tokenizerResource());
  }

  @Override
  public Optional<Path> folder() {
    return Optional.empty();
  }

  private String onnxResource() {
    return base + ".onnx";
  }

  private String tokenizerResource() {
    return base + "-tokenizer.json";
  }

  private byte[] read(String resource) throws IOException {
    URL url = find(resource);
    if (url == null) {
      throw new FileNotFoundException("resource " + resource);
    }
    try (InputStream in = url.openStream()) {
      return in.readAllBytes();
    }
  }

  private @Nullable URL find(String resource) {
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    URL url = context == null ? null : context.getResource(resource);
    return url == null ? MavenArtifact.class.getResource("/" + resource) : url;
  }
}
