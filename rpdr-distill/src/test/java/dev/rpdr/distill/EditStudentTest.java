package dev.rpdr.distill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.within;

import dev.rpdr.CandidateList;
import dev.rpdr.DataFormatException;
import dev.rpdr.Entity;
import dev.rpdr.Mention;
import dev.rpdr.Ranking;
import dev.rpdr.retriever.TextAnalysis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EditStudentTest {
  private static final CandidateList REQUEST =
      CandidateList.of(
          Mention.of("双下肢水肿"), List.of(Entity.of("1", "下肢水肿"), Entity.of("2", "肢端肿大")));
  private static final EditStudent STUDENT =
      EditStudent.of(
          TextAnalysis.chars(1, 1),
          Map.of("-双", 2.0, "+端", -3.0, "=肿", .5, EditFeatures.SHARE_OF_NAME, 1.0));

  @TempDir Path folder;

  @Test
  void whatIsAddedLeftOutAndSharedIsReadOnce() {
    Map<String, Double> features =
        EditFeatures.of(TextAnalysis.chars(1, 1)).reader("双双肿").of(Entity.of("1", "肿端大大"));

    assertThat(features)
        .containsOnly(
            entry("-双", 1.0),
            entry("=肿", 1.0),
            entry("+端", 1.0),
            entry("+大", 1.0),
            entry(EditFeatures.SHARE_OF_NAME, 1 / 3.0),
            entry(EditFeatures.SHARE_OF_MENTION, .5));
  }

  @Test
  void ofSeveralNamesTheNearestIsRead() {
    Entity entity = Entity.of("1", "心肌梗死", "水肿");

    Map<String, Double> features =
        EditFeatures.of(TextAnalysis.chars(1, 1)).reader("水肿").of(entity);

    assertThat(features).containsEntry("=水", 1.0).doesNotContainKey("+心");
  }

  @Test
  void aScoreIsTheSumOfWhatIsKnown() {
    Ranking ranking = STUDENT.rerank(REQUEST);

    assertThat(ranking.ids()).containsExactly("1", "2");
    assertThat(ranking.candidates().get(0).score()).isCloseTo(2 + .5 + 1, within(1e-12));
    assertThat(ranking.candidates().get(1).score()).isCloseTo(2 - 3 + .5 + .5, within(1e-12));
    assertThat(STUDENT.provenance().facts()).containsEntry("student.kind", "edits");
  }

  @Test
  void aWrittenStudentIsReadBack() {
    Path file = folder.resolve("edits.json");

    STUDENT.write(file);

    assertThat(EditStudent.read(file).rerank(REQUEST)).isEqualTo(STUDENT.rerank(REQUEST));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"analysis\": \"letters\", \"weights\": {}} | 'letters' is no analysis",
        "{\"analysis\": \"word\", \"weights\": {\"+a\": \"b\"}} | edits.json",
        "{\"analysis\": \"word\", \"weights\": {\"+a\": null}} | the weight of '+a'",
        "{\"analysis\": \"word\"} | weights"
      })
  void aFileOfSomethingElseIsNamed(String json, String message) throws IOException {
    Path file = Files.writeString(folder.resolve("edits.json"), json);

    assertThatThrownBy(() -> EditStudent.read(file))
        .isInstanceOf(DataFormatException.class)
        .hasMessageContaining("edits.json")
        .hasMessageContaining(message);
  }

  @Test
  void weightsMustBeFinite() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EditStudent.of(TextAnalysis.word(), Map.of("+a", Double.NaN)))
        .withMessage("the weight of '+a' must be a finite number, not NaN");
  }
}
