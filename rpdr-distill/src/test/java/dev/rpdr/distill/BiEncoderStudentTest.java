package dev.rpdr.distill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rpdr.CandidateList;
import dev.rpdr.Entity;
import dev.rpdr.Mention;
import dev.rpdr.ModelException;
import dev.rpdr.Ranking;
import dev.rpdr.StudentReranker;
import dev.rpdr.nn.EncoderOptions;
import dev.rpdr.nn.ModelFiles;
import dev.rpdr.nn.RunOptions;
import dev.rpdr.nn.TextEncoder;
import dev.rpdr.testkit.StudentRerankerContract;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BiEncoderStudentTest implements StudentRerankerContract {
  private static final CandidateList HEART =
      CandidateList.of(
          Mention.of("heart attack"),
          List.of(
              Entity.of("1", "vomiting"),
              Entity.of("2", "MI", "myocardial infarction", "cardiac infarction"),
              Entity.of("3", "headache")));

  @TempDir static Path folder;
  private static BiEncoderStudent shared;

  @BeforeAll
  static void save() {
    shared = BiEncoderStudent.open(StudentFixture.biEncoder(folder));
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
    return Students.open(folder);
  }

  @Test
  void theScoreIsTheInnerProductWithTheBestOfTheEntitysNames() {
    Ranking ranking = shared.rerank(HEART);

    double score =
        ranking.candidates().stream()
            .filter(candidate -> candidate.id().equals("2"))
            .findFirst()
            .orElseThrow()
            .score();
    try (TextEncoder encoder =
        TextEncoder.open(ModelFiles.folder(folder), EncoderOptions.mean().withMaxTokens(32))) {
      float[] mention = encoder.encode("heart attack");
      double best = -2;
      for (String name : List.of("MI", "myocardial infarction", "cardiac infarction")) {
        best = Math.max(best, cosine(mention, encoder.encode(name)));
      }
      assertThat(score).isCloseTo(best, within(1e-5));
    }
  }

  @Test
  void namesAreKeptWithinBoundsAndEncodedOnce() {
    List<Integer> encoded = new ArrayList<>();
    NameVectors vectors =
        new NameVectors(
            names -> {
              encoded.add(names.size());
              float[][] all = new float[names.size()][];
              for (int i = 0; i < all.length; i++) {
                all[i] = new float[] {names.get(i).length()};
              }
              return all;
            },
            2);

    assertThat(vectors.of(Set.of("a", "bb")).get("bb")).containsExactly(2);
    vectors.of(Set.of("a"));
    vectors.of(Set.of("ccc"));
    vectors.of(Set.of("a"));
    vectors.of(Set.of("bb"));

    assertThat(encoded).as("a was used later than bb, so bb went").containsExactly(2, 1, 1);
    assertThat(vectors.size()).isEqualTo(2);
  }

  @Test
  void aStudentThatKeepsNoNamesGivesTheSameScores() {
    try (BiEncoderStudent forgetful = BiEncoderStudent.open(folder, RunOptions.defaults(), 0)) {
      assertThat(forgetful.rerank(HEART)).isEqualTo(forgetful.rerank(HEART));
      assertThat(forgetful.rerank(HEART).ids()).isEqualTo(shared.rerank(HEART).ids());
    }
    assertThatThrownBy(() -> BiEncoderStudent.open(folder, RunOptions.defaults(), -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cachedNames must be >= 0, not -1");
  }

  @Test
  void entitiesOfTheSameNameKeepTheOrderOfTheRequest() {
    CandidateList request =
        CandidateList.of(
            Mention.of("stiff neck"),
            List.of(Entity.of("b", "neck pain"), Entity.of("a", "neck pain")));

    assertThat(shared.rerank(request).ids()).containsExactly("b", "a");
  }

  @Test
  void theProvenanceTellsTheStudentItsFilesAndHowItRuns() {
    assertThat(shared.provenance().facts())
        .containsEntry("seed", "42")
        .containsEntry("student.kind", "bi-encoder")
        .containsEntry("student.sha256", StudentManifest.read(folder).studentSha256())
        .containsKey("run.model.sha256");
  }

  @Test
  void theFolderOpensAsAnEncoder() {
    try (TextEncoder encoder = TextEncoder.open(ModelFiles.folder(folder))) {
      assertThat(encoder.options().maxTokens()).isEqualTo(32);
      assertThat(encoder.dimension()).isEqualTo(384);
    }
  }

  @Test
  void oneChangedByteOfTheModelIsNoticed(@TempDir Path copy) throws IOException {
    StudentFixture.biEncoder(copy);
    try (RandomAccessFile file = new RandomAccessFile(copy.resolve("model.onnx").toFile(), "rw")) {
      file.seek(file.length() / 2);
      int old = file.read();
      file.seek(file.length() / 2);
      file.write(old ^ 1);
    }

    assertThatThrownBy(() -> Students.open(copy))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(copy.resolve("model.onnx") + " is not the one that was saved");

    Files.delete(copy.resolve("model.onnx"));
    assertThatThrownBy(() -> Students.open(copy))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(copy.resolve("model.onnx") + " is missing");
  }

  @Test
  void aManifestThatContradictsTheEncodersOwnFileIsRefused(@TempDir Path copy) throws IOException {
    StudentFixture.biEncoder(copy);
    Path manifest = copy.resolve("student.json");
    Files.writeString(
        manifest, Files.readString(manifest).replace("\"maxTokens\" : 32", "\"maxTokens\" : 64"));

    assertThatThrownBy(() -> Students.open(copy))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(manifest.toString())
        .hasMessageContaining(copy.resolve("encoder.json").toString());
  }

  @Test
  void aBiEncoderDoesNotOpenAsACrossEncoder() {
    assertThatThrownBy(() -> CrossEncoderStudent.open(folder))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("holds a bi-encoder, not a cross-encoder");
  }

  private static double cosine(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
