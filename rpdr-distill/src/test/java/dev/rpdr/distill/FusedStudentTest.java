package dev.rpdr.distill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rpdr.CandidateList;
import dev.rpdr.Entity;
import dev.rpdr.KnowledgeBase;
import dev.rpdr.Mention;
import dev.rpdr.ModelException;
import dev.rpdr.Ranking;
import dev.rpdr.StudentReranker;
import dev.rpdr.TrainingSet;
import dev.rpdr.retriever.LexicalSimilarity;
import dev.rpdr.retriever.TextAnalysis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FusedStudentTest {
  private static final CandidateList REQUEST =
      CandidateList.of(
          Mention.of("hart attack"),
          List.of(
              Entity.of("1", "Glaucoma"), Entity.of("2", "Heart attack"), Entity.of("3", "Cough")));
  private static final LexicalSimilarity SPELLING =
      LexicalSimilarity.of(
          KnowledgeBase.of(REQUEST.candidates().stream().map(c -> c.entity()).toList()),
          TextAnalysis.chars(1, 2));

  private static final EntityPrior PRIOR =
      EntityPrior.of(
          TrainingSet.of(
              List.of(choice("1"), choice("1"), choice("3")), "the teacher of this test"));
  private static final List<LightStudent> LIGHT =
      List.of(LexicalStudent.of(SPELLING), PriorStudent.of(PRIOR));

  @TempDir Path folder;

  @Test
  void aSavedFusionScoresAsTheOpenOneDoes() {
    Path encoder = StudentFixture.biEncoder(folder.resolve("encoder"));
    Fusion fusion = new Fusion(List.of(2.0, .5, .1), .25);
    FusedStudent.save(folder.resolve("fused"), List.of(encoder), LIGHT, fusion, null);

    try (StudentReranker alone = Students.open(encoder);
        StudentReranker fused = Students.open(folder.resolve("fused"))) {
      Ranking ranking = fused.rerank(REQUEST);
      Ranking own = alone.rerank(REQUEST);

      assertThat(fused).isInstanceOf(FusedStudent.class);
      assertThat(ranking.best()).map(Entity::id).contains("2");
      for (int place = 0; place < 3; place++) {
        String id = REQUEST.ids().get(place);
        double spelt = SPELLING.cosine("hart attack", REQUEST.entity(place).names().get(0));
        assertThat(score(ranking, id))
            .isCloseTo(
                2 * score(own, id) + .5 * spelt + .1 * PRIOR.logOf(id) + .25 / (place + 1),
                within(1e-9));
      }
      assertThat(fused.provenance().facts())
          .containsEntry("student.kind", "fused")
          .containsEntry("weights", "[2.0, 0.5, 0.1]")
          .containsEntry("student.1.analysis", "char(1,2)")
          .containsEntry("student.2.entities", "2");
    }
    assertThat(Students.describe(folder.resolve("fused")).facts())
        .containsEntry("kind", "fused")
        .containsEntry("weights", "[2.0, 0.5, 0.1]")
        .containsEntry("member-0.kind", "bi-encoder")
        .containsEntry("member-0.seed", "42")
        .containsKeys("member-0.sha256", "member-0.model.onnx", "lexical.json", "prior.json")
        .doesNotContainKey("calibration.json");
    assertThat(Students.biEncoder(folder.resolve("fused")))
        .contains(folder.resolve("fused").resolve("member-0"));
  }

  @Test
  void aCalibratedFusionSaysHowSureItIs() {
    Path encoder = StudentFixture.biEncoder(folder.resolve("encoder"));
    Path fused = folder.resolve("fused");
    Fusion fusion = new Fusion(List.of(1.0), 0);
    Ranking plain;
    try (StudentReranker alone = Students.open(encoder)) {
      plain = alone.rerank(REQUEST);
    }
    Calibration calibration =
        Calibration.fit(List.of(plain, plain, plain), List.of(true, true, false));
    FusedStudent.save(fused, List.of(encoder), List.of(), fusion, calibration);

    try (StudentReranker opened = Students.open(fused)) {
      Ranking ranking = opened.rerank(REQUEST);

      assertThat(ranking.ids()).isEqualTo(plain.ids());
      assertThat(ranking.confidence()).isCloseTo(2 / 3.0, within(1e-9));
    }
    assertThat(Students.describe(fused).facts()).containsKey("calibration.json");
  }

  @Test
  void whatHasChangedSinceItWasSavedIsNamed() throws IOException {
    Path encoder = StudentFixture.biEncoder(folder.resolve("encoder"));
    Path fused = folder.resolve("fused");
    FusedStudent.save(
        fused, List.of(encoder), List.of(LIGHT.get(0)), new Fusion(List.of(1.0, 1.0), 0), null);

    LexicalSimilarity.of(KnowledgeBase.of(List.of(Entity.of("1", "Cough"))), TextAnalysis.word())
        .write(fused.resolve("lexical.json"));
    assertThatThrownBy(() -> Students.open(fused))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("lexical.json is not what was saved with this fused student");
    Files.delete(fused.resolve("lexical.json"));
    assertThatThrownBy(() -> Students.open(fused))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("lexical.json is missing");
    Path manifest = fused.resolve("fused.json");
    Files.writeString(manifest, Files.readString(manifest).replace("lexical.json", "fused.json"));
    assertThatThrownBy(() -> Students.open(fused))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("fused.json is not what was saved");
    Files.writeString(fused.resolve("fused.json"), "{\"fusion\": 1}");
    assertThatThrownBy(() -> Students.open(fused))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("fused.json");
  }

  @Test
  void weightsAndStudentsMustBeAsMany() {
    Path encoder = StudentFixture.biEncoder(folder.resolve("encoder"));
    Path target = folder.resolve("fused");

    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                FusedStudent.save(
                    target, List.of(encoder), List.of(), new Fusion(List.of(1.0, 1.0), 0), null))
        .withMessage("1 students, but 2 weights");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                FusedStudent.of(
                    List.of(LexicalStudent.of(SPELLING)), new Fusion(List.of(1.0, 1.0), 0)))
        .withMessage("1 students, but 2 weights");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                FusedStudent.save(
                    encoder, List.of(encoder), List.of(), new Fusion(List.of(1.0), 0), null))
        .withMessageContaining("is not empty");
    LightStudent prior = PriorStudent.of(PRIOR);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                FusedStudent.save(
                    target,
                    List.of(),
                    List.of(prior, prior),
                    new Fusion(List.of(1.0, 1.0), 0),
                    null))
        .withMessage(
            "of each kind of light student there can be one, not [prior.json, prior.json]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Fusion(List.of(Double.NaN), 0))
        .withMessage("a weight must be a finite number, not NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Fusion(List.of(), 0))
        .withMessage("weights must hold at least one number");
  }

  private static Ranking choice(String id) {
    int place = REQUEST.ids().indexOf(id);
    double[] scores = new double[3];
    scores[place] = 1;
    return Ranking.byScore(REQUEST, scores);
  }

  private static double score(Ranking ranking, String id) {
    return ranking.candidates().stream()
        .filter(candidate -> candidate.id().equals(id))
        .findFirst()
        .orElseThrow()
        .score();
  }
}
