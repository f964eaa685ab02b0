package dev.rpdr.retriever;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.rpdr.DataFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DenseIndexFolderTest {
  private static final float[][] VECTORS = {{1, 2}, {3, 4}, {5, 6}, {-7, .5f}, {9, 10}};
  private static final DenseIndexHeader HEADER =
      new DenseIndexHeader(
          2, 5, 2, "kb-hash", new TreeMap<>(Map.of("model.sha256", "m1")), List.of());

  @TempDir Path temp;

  @Test
  void whatIsWrittenIsRead() {
    Path folder = temp.resolve("deep/index");
    write(folder, 3).finish();

    List<VectorChunk> chunks = DenseIndexFolder.read(folder, HEADER);

    assertThat(chunks).extracting(VectorChunk::names).containsExactly(2, 2, 1);
    assertThat(floats(chunks.get(0))).containsExactly(1, 3, 2, 4);
    assertThat(floats(chunks.get(1))).containsExactly(5, -7, 6, .5f);
    assertThat(floats(chunks.get(2))).containsExactly(9, 10);
    assertThat(temp.resolve("deep/index.part")).doesNotExist();
  }

  @Test
  void theFilesAreLittleEndianFloatsAsDescribed() throws IOException {
    write(temp.resolve("index"), 3).finish();

    assertThat(Files.readAllBytes(temp.resolve("index/vectors-000002.f32")))
        .containsExactly(0, 0, 0x10, 0x41, 0, 0, 0x20, 0x41);
    assertThat(temp.resolve("index/dense-index.json"))
        .content()
        .contains("\"format\" : \"rpdr-dense-index\"", "\"version\" : 1", "\"dimension\" : 2");
  }

  @Test
  void aBrokenOffBuildGoesOnFromItsLastChunk() throws IOException {
    Path folder = temp.resolve("index");
    write(folder, 2);
    // what a crash leaves: a chunk that no header names yet
    Files.write(temp.resolve("index.part/vectors-000002.f32"), new byte[] {1, 2, 3});
    assertThat(folder).doesNotExist();

    DenseIndexFolder again = DenseIndexFolder.begin(folder, HEADER);
    assertThat(again.chunks()).extracting(VectorChunk::names).containsExactly(2, 2);
    again.add(chunk(4, 5));
    again.finish();

    assertThat(floats(DenseIndexFolder.read(folder, HEADER).get(2))).containsExactly(9, 10);
  }

  @Test
  void aBuildForSomethingElseBeginsAnew() {
    Path folder = temp.resolve("index");
    write(folder, 2);
    DenseIndexHeader other = new DenseIndexHeader(2, 5, 2, "other", HEADER.encoder(), List.of());

    assertThat(DenseIndexFolder.begin(folder, other).chunks()).isEmpty();
    assertThat(temp.resolve("index.part/vectors-000000.f32")).doesNotExist();
  }

  @Test
  void anIndexOfSomethingElseIsRefusedAndTheDifferenceNamed() {
    Path folder = temp.resolve("index");
    write(folder, 3).finish();
    DenseIndexHeader otherBase =
        new DenseIndexHeader(2, 5, 2, "other", HEADER.encoder(), List.of());
    DenseIndexHeader otherModel =
        new DenseIndexHeader(
            2, 5, 2, "kb-hash", new TreeMap<>(Map.of("model.sha256", "m2")), List.of());

    assertThatExceptionOfType(DataFormatException.class)
        .isThrownBy(() -> DenseIndexFolder.read(folder, otherBase))
        .withMessageContaining("the knowledge base (SHA-256) was kb-hash and is other");
    assertThatExceptionOfType(DataFormatException.class)
        .isThrownBy(() -> DenseIndexFolder.read(folder, otherModel))
        .withMessageContaining("the encoder's model.sha256 was m1 and is m2");
  }

  @Test
  void damageIsNamed() throws IOException {
    Path folder = temp.resolve("index");
    write(folder, 3).finish();
    Path file = folder.resolve("vectors-000001.f32");
    byte[] bytes = Files.readAllBytes(file);
    bytes[0]++;
    Files.write(file, bytes);
    assertThatExceptionOfType(DataFormatException.class)
        .isThrownBy(() -> DenseIndexFolder.read(folder, HEADER))
        .withMessageContaining("vectors-000001.f32 is not the file that was written");

    Files.delete(file);
    assertThatExceptionOfType(DataFormatException.class)
        .isThrownBy(() -> DenseIndexFolder.read(folder, HEADER))
        .withMessageContaining("vectors-000001.f32 is missing");

    Files.writeString(folder.resolve("dense-index.json"), "{\"format\": \"something\"}");
    assertThatExceptionOfType(DataFormatException.class)
        .isThrownBy(() -> DenseIndexFolder.read(folder, HEADER))
        .withMessageContaining("field 'format' must be \"rpdr-dense-index\"");
  }

  @Test
  void aNewerVersionIsRefused() throws IOException {
    Path folder = temp.resolve("index");
    write(folder, 3).finish();
    Path header = folder.resolve("dense-index.json");
    Files.writeString(
        header, Files.readString(header).replace("\"version\" : 1", "\"version\" : 2"));

    assertThatExceptionOfType(DataFormatException.class)
        .isThrownBy(() -> DenseIndexFolder.read(folder, HEADER))
        .withMessageContaining("field 'version' is 2, this library reads version 1");
  }

  @Test
  void noIndexAndAFolderInUseAreToldApart() throws IOException {
    assertThatExceptionOfType(DataFormatException.class)
        .isThrownBy(() -> DenseIndexFolder.read(temp, HEADER))
        .withMessageContaining("is no dense index: it holds no dense-index.json");
    Files.writeString(temp.resolve("thesis.txt"), "precious");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DenseIndexFolder.begin(temp, HEADER))
        .withMessageContaining("is not empty");
    assertThat(temp.resolve("thesis.txt")).hasContent("precious");
  }

  private static DenseIndexFolder write(Path folder, int chunks) {
    DenseIndexFolder index = DenseIndexFolder.begin(folder, HEADER);
    for (int c = 0; c < chunks; c++) {
      index.add(chunk(2 * c, Math.min(5, 2 * c + 2)));
    }
    return index;
  }

  private static VectorChunk chunk(int from, int to) {
    float[][] vectors = Arrays.copyOfRange(VECTORS, from, to);
    return VectorChunk.of(vectors, 2, Collections.nCopies(vectors.length, "text"));
  }

  private static float[] floats(VectorChunk chunk) {
    float[] floats = new float[chunk.dimension() * chunk.names()];
    chunk.bytes().asFloatBuffer().get(floats);
    return floats;
  }
}
