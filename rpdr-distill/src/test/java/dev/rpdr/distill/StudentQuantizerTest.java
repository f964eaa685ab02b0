package dev.rpdr.distill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rpdr.CandidateList;
import dev.rpdr.Entity;
import dev.rpdr.Mention;
import dev.rpdr.ModelException;
import dev.rpdr.StudentReranker;
import dev.rpdr.nn.ModelFiles;
import dev.rpdr.nn.TextEncoder;
import dev.rpdr.nn.train.Int8;
import dev.rpdr.testkit.StudentRerankerContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StudentQuantizerTest implements StudentRerankerContract {
  @TempDir static Path parent;
  private static Path original;
  private static Path small;
  private static Int8.Result result;
  private static StudentReranker shared;

  @BeforeAll
  static void quantise() throws IOException {
    original = StudentFixture.biEncoder(Files.createDirectory(parent.resolve("original")));
    small = parent.resolve("small");
    result = StudentQuantizer.quantize(original, small);
    shared = Students.open(small);
  }

  @AfterAll
  static void close() {
    shared.close();
  }

  @Override
  public StudentReranker student() {
    return shared;
  }

  @Override
  public StudentReranker openStudent() {
    return Students.open(small);
  }

  @Override
  public double tolerance() {
    // one scale a batch: what else is in the batch changes a score a little
    return .05;
  }

  @Test
  void scoresAreCloseToTheOriginalsAndItIsSmaller() throws IOException {
    CandidateList request =
        CandidateList.of(
            Mention.of("heart attack"),
            List.of(Entity.of("1", "myocardial infarction"), Entity.of("2", "headache")));

    try (StudentReranker full = Students.open(original)) {
      double expected = full.rerank(request).candidates().get(0).score();
      assertThat(shared.rerank(request).candidates().get(0).score())
          .isCloseTo(expected, within(.05));
    }
    assertThat(result.matrices()).isEqualTo(12);
    assertThat(Files.size(small.resolve("model.onnx")))
        .isLessThan(Files.size(original.resolve("model.onnx")));
  }

  @Test
  void itSaysWhatItWasMadeOf() {
    assertThat(shared.provenance().facts())
        .containsEntry("quantised", "int8, dynamic, 12 matrices")
        .containsEntry("quantised.of", StudentManifest.read(original).studentSha256());
  }

  @Test
  void itsFolderOpensAsAnEncoder() {
    try (TextEncoder encoder = TextEncoder.open(ModelFiles.folder(small))) {
      assertThat(encoder.dimension()).isEqualTo(384);
    }
  }

  @Test
  void aSecondTimeIsRefused() {
    assertThatThrownBy(() -> StudentQuantizer.quantize(small, parent.resolve("smaller")))
        .isInstanceOf(ModelException.class)
        .hasMessage("this model is quantised already");
    assertThat(parent.resolve("smaller")).doesNotExist();
  }

  @Test
  void itsOwnFolderIsRefused() {
    assertThatThrownBy(() -> StudentQuantizer.quantize(original, original))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("into another folder than its own");
  }
}
