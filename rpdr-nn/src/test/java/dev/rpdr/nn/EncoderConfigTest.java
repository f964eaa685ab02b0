package dev.rpdr.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rpdr.DataFormatException;
import dev.rpdr.ModelException;
import dev.rpdr.Provenance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EncoderConfigTest {
  private static final EncoderOptions OPTIONS = new EncoderOptions(Pooling.CLS, false, 48, "查询：");

  @TempDir Path folder;

  @BeforeEach
  void write() {
    TinyModel.encoder(TinyModel.TOKEN_INPUTS, TinyModel.VOCABULARY).in(folder);
    EncoderConfig.describe(folder, OPTIONS, Provenance.none().with("seed", 7)).write(folder);
  }

  @Test
  void whatIsWrittenIsReadBack() {
    EncoderConfig config = ModelFiles.folder(folder).config().orElseThrow();
    assertThat(config.options()).isEqualTo(OPTIONS);
    assertThat(config.provenance().facts()).containsEntry("seed", "7").hasSize(1);
    assertThat(folder.resolve("encoder.json.part")).doesNotExist();
  }

  @Test
  void optionsNeedNotBeGivenAndProvenanceIsHandedOn() {
    try (TextEncoder encoder = TextEncoder.open(ModelFiles.folder(folder))) {
      assertThat(encoder.options()).isEqualTo(OPTIONS);
      assertThat(encoder.provenance().facts())
          .containsEntry("trained.seed", "7")
          .containsEntry("pooling", "CLS")
          .containsEntry("normalise", "false")
          .containsEntry("query-prefix", "查询：");
    }
  }

  @Test
  void optionsThatAreGivenCount() {
    try (TextEncoder encoder = TextEncoder.open(ModelFiles.folder(folder), EncoderOptions.mean())) {
      assertThat(encoder.options()).isEqualTo(EncoderOptions.mean());
    }
  }

  @Test
  void anotherGraphIsRefused() throws IOException {
    Files.write(
        folder.resolve(ModelFiles.ONNX), TinyModel.encoder(TinyModel.TOKEN_INPUTS, 99).bytes());
    assertThatThrownBy(() -> TextEncoder.open(ModelFiles.folder(folder), EncoderOptions.mean()))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("model.onnx is not the file that encoder.json describes");
  }

  @Test
  void anotherTokenizerIsRefused() throws IOException {
    Files.writeString(folder.resolve(ModelFiles.TOKENIZER), TinyModel.tokenizer() + " ");
    assertThatThrownBy(() -> ModelFiles.folder(folder).config())
        .hasMessageContaining("tokenizer.json is not the file");
  }

  @Test
  void withoutTheFileOptionsAreAskedFor() throws IOException {
    Files.delete(folder.resolve(EncoderConfig.FILE));
    assertThatThrownBy(() -> TextEncoder.open(ModelFiles.folder(folder)))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("has no encoder.json")
        .hasMessageContaining("give EncoderOptions");
  }

  @ParameterizedTest
  @CsvSource({
    "rpdr-encoder, other, field 'format'",
    "'\"version\" : 1', '\"version\" : 2', field 'version' is 2",
    "CLS, MAX, MAX",
    "'\"maxTokens\" : 48', '\"maxTokens\" : 4', maxTokens must be 8 to 8192",
    "queryPrefix, prefix, field 'queryPrefix' is missing",
    "'{', '', encoder.json",
  })
  void aFileOfAnotherFormIsRefusedByName(String part, String instead, String message)
      throws IOException {
    Path file = folder.resolve(EncoderConfig.FILE);
    String text = Files.readString(file);
    assertThat(text).contains(part);
    Files.writeString(file, text.replace(part, instead));
    assertThatThrownBy(() -> EncoderConfig.read(folder))
        .isInstanceOf(DataFormatException.class)
        .hasMessageContaining("encoder.json")
        .hasMessageContaining(message);
  }

  @Test
  void thereIsNothingToDescribeInAnEmptyFolder(@TempDir Path empty) {
    assertThatThrownBy(() -> EncoderConfig.describe(empty, OPTIONS, Provenance.none()))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("no model.onnx in");
  }
}
