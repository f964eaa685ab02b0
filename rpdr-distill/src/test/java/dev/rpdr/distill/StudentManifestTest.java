package dev.rpdr.distill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rpdr.ModelException;
import dev.rpdr.Provenance;
import dev.rpdr.distill.llm.LlmForm;
import dev.rpdr.distill.llm.RankingTemplate;
import dev.rpdr.nn.Pooling;
import dev.rpdr.nn.causal.Precision;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StudentManifestTest {
  @TempDir Path folder;

  @Test
  void aBiEncoderOfFormatVersion1StaysReadable() {
    StudentManifest manifest = read(golden("bi-encoder"));

    assertThat(manifest.kind()).isEqualTo(StudentKind.BI_ENCODER);
    assertThat(manifest.settings())
        .isEqualTo(new StudentSettings.BiEncoder(Pooling.MEAN, true, 32));
    assertThat(manifest.files())
        .containsEntry("encoder.json", "1".repeat(64))
        .containsEntry("model.onnx", "2".repeat(64))
        .containsEntry("tokenizer.json", "3".repeat(64))
        .hasSize(3);
    assertThat(manifest.provenance().facts())
        .isEqualTo(Map.of("seed", "42", "training.teacher", "scripted"));
    assertThat(manifest.created()).isEqualTo(Instant.parse("2026-11-24T08:00:00Z"));
  }

  @Test
  void aCrossEncoderOfFormatVersion1StaysReadable() {
    StudentManifest manifest = read(golden("cross-encoder"));

    assertThat(manifest.settings())
        .isEqualTo(new StudentSettings.CrossEncoder(Pooling.CLS, 48, false, .3));
    assertThat(manifest.provenance()).isEqualTo(Provenance.none());
  }

  @Test
  void aListwiseStudentOfFormatVersion1StaysReadable() {
    StudentManifest manifest = read(golden("listwise"));

    assertThat(manifest.settings()).isEqualTo(new StudentSettings.Listwise(192, 4, .3));
    assertThatThrownBy(
            () -> read(golden("listwise").replace("\"permutations\" : 4", "\"permutations\" : 65")))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("permutations must be 1 to 64, not 65");
  }

  @Test
  void aLanguageModelOfFormatVersion1StaysReadable() {
    StudentManifest manifest = read(golden("llm"));

    assertThat(manifest.settings())
        .isEqualTo(
            new StudentSettings.Llm(
                RankingTemplate.of(LlmForm.NAME_LIKELIHOOD),
                .5,
                512,
                Precision.F32,
                Path.of("models/smollm2"),
                "4".repeat(64)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "name-likelihood|oracle|form 'oracle' is unknown; known are name-likelihood, ranked-list, letters, scoring-head",
        "english|latin|language 'latin' is unknown; known are english, chinese",
        "name-likelihood|letters|form letters must show the candidates",
        "name-likelihood|scoring-head|priorWeight must be a finite number >= 0, and 0 but for name-likelihood",
        "\"priorWeight\"|\"precision\" : \"int8\", \"priorWeight\"|precision 'int8' is unknown; known are f32, f16, bf16",
        "4444|xxxx|checkpointSha256 must be 64 lower-case hexadecimal digits",
        "\"maxTokens\"|\"pooling\" : \"cls\", \"maxTokens\"|field 'pooling' is unknown here",
        "adapter_config.json|adapter.json|files of a llm must hold adapter_config.json",
      })
  void aBadFieldOfALanguageModelIsNamed(String from, String to, String message) {
    String content = golden("llm").replace(from, to);

    assertThatThrownBy(() -> read(content))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aLanguageModelKnowsItsPrecision() {
    String content =
        golden("llm").replace("\"priorWeight\"", "\"precision\" : \"bf16\", \"priorWeight\"");
    StudentManifest manifest = read(content);

    assertThat(((StudentSettings.Llm) manifest.settings()).precision()).isEqualTo(Precision.BF16);
    manifest.write(folder);
    assertThat(StudentManifest.read(folder)).isEqualTo(manifest);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bi-encoder", "cross-encoder", "listwise", "llm"})
  void whatIsWrittenIsReadAgain(String kind) {
    StudentManifest manifest = read(golden(kind));

    manifest.write(folder);

    assertThat(StudentManifest.read(folder)).isEqualTo(manifest);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"formatVersion\" : 1|\"formatVersion\" : 2|format version 2 is not supported; this library reads version 1",
        "\"formatVersion\" : 1|\"formatVersion\" : \"1\"|'formatVersion' must be an integer",
        "\"kind\" : \"cross-encoder\"|\"kind\" : \"oracle\"|kind 'oracle' is unknown; known are bi-encoder, cross-encoder, listwise, llm",
        "\"cls\"|\"max\"|pooling 'max' is unknown; known are cls, mean, in-graph",
        "\"symmetric\"|\"symetric\"|field 'symetric' is unknown here; known are [formatVersion, kind",
        "\"maxTokens\" : 48|\"maxTokens\" : 4.5|'maxTokens' must be an integer",
        "\"maxTokens\" : 48|\"maxTokens\" : 0|maxTokens must be 8 to 8192, not 0",
        "\"retrieverWeight\" : 0.3|\"retrieverWeight\" : -1|retrieverWeight must be a finite number >= 0, not -1.0",
        "\"retrieverWeight\" : 0.3,||field 'retrieverWeight' is missing",
        "\"model.onnx\"|\"../model.onnx\"|'../model.onnx'",
        "\"model.onnx\"|\"model.bin\"|files of a cross-encoder must hold model.onnx",
        "\"2222|\"222G|SHA-256 of model.onnx must be 64 lower-case hexadecimal digits",
        "\"2026-11-24T08:00:00Z\"|\"yesterday\"|yesterday",
        "\"provenance\" : { }|\"provenance\" : {\"seed\": 1}|'provenance' must be an object of texts",
      })
  void aBadFieldIsNamedWithTheFileAndWhatIsAllowed(String from, String to, String message) {
    String content = golden("cross-encoder").replace(from, to == null ? "" : to);

    assertThatThrownBy(() -> read(content))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(folder.resolve("student.json").toString())
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[]", "null", "{} {}", "{\"kind\":\"a\",\"kind\":\"b\"}"})
  void whatIsNoJsonObjectIsRefused(String content) {
    assertThatThrownBy(() -> read(content))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(folder.resolve("student.json").toString());
  }

  @Test
  void aFolderWithoutStudentIsRefused() {
    assertThatThrownBy(() -> StudentManifest.read(folder))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(folder.toString())
        .hasMessageContaining("no student.json");
    assertThatThrownBy(() -> StudentManifest.read(folder.resolve("absent")))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("absent is not a folder");
  }

  @Test
  void missingAndChangedFilesAreNamed() throws IOException {
    Files.writeString(folder.resolve("model.onnx"), "model");
    Files.writeString(folder.resolve("tokenizer.json"), "tokenizer");
    StudentManifest manifest =
        StudentManifest.describe(
            folder,
            new StudentSettings.CrossEncoder(Pooling.MEAN, 48, true, 0),
            Provenance.none(),
            Instant.EPOCH);
    manifest.verify(folder);

    Files.writeString(folder.resolve("model.onnx"), "Model");
    assertThatThrownBy(() -> manifest.verify(folder))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(folder.resolve("model.onnx") + " is not the one that was saved")
        .hasMessageContaining(manifest.files().get("model.onnx"));

    Files.delete(folder.resolve("model.onnx"));
    assertThatThrownBy(() -> manifest.verify(folder))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(folder.resolve("model.onnx") + " is missing");
  }

  @Test
  void theHashOfAStudentDependsOnItsFilesAndSettingsAlone() {
    StudentManifest one = read(golden("cross-encoder"));
    StudentManifest older =
        new StudentManifest(
            one.settings(), one.files(), Provenance.none().with("seed", 1), Instant.EPOCH);
    TreeMap<String, String> files = new TreeMap<>(one.files());
    files.put("model.onnx", "4".repeat(64));
    StudentManifest other =
        new StudentManifest(one.settings(), files, one.provenance(), one.created());

    assertThat(older.studentSha256()).isEqualTo(one.studentSha256());
    assertThat(other.studentSha256()).isNotEqualTo(one.studentSha256());
  }

  private StudentManifest read(String content) {
    try {
      Files.writeString(folder.resolve("student.json"), content);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return StudentManifest.read(folder);
  }

  private static String golden(String kind) {
    String name = "student-v1-" + kind + ".json";
    try (InputStream in = StudentManifestTest.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
