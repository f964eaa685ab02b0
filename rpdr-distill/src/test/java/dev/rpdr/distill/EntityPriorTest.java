package dev.rpdr.distill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rpdr.CandidateList;
import dev.rpdr.DataFormatException;
import dev.rpdr.Entity;
import dev.rpdr.Mention;
import dev.rpdr.Ranking;
import dev.rpdr.TrainingSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EntityPriorTest {
  @TempDir Path folder;

  @Test
  void countsFirstChoicesWithOneAddedToEach() {
    EntityPrior prior =
        EntityPrior.of(
            taught(
                ranking("high pressure", "I10", "I15"),
                ranking("hypertensive", "I10", "I11"),
                ranking("raised renin", "I15", "I10")));

    assertThat(prior.count("I10")).isEqualTo(2);
    assertThat(prior.count("I11")).isZero();
    assertThat(prior.entities()).isEqualTo(2);
    assertThat(prior.logOf("I10")).isCloseTo(Math.log(3), within(1e-12));
    assertThat(prior.logOf("I11")).isZero();
  }

  @Test
  void theStudentPutsWhatIsUsedFirstAndKeepsTheOrderOfTheRest() {
    PriorStudent student =
        PriorStudent.of(EntityPrior.of(taught(ranking("raised renin", "I15", "I10"))));

    Ranking ranking = student.rerank(request("anything", "I11", "I10", "I15"));

    assertThat(ranking.ids()).containsExactly("I15", "I11", "I10");
    assertThat(ranking.candidates().get(0).score()).isCloseTo(Math.log(2), within(1e-12));
  }

  @Test
  void aWrittenPriorIsReadBack() {
    EntityPrior prior = EntityPrior.of(taught(ranking("高血压病", "高血压", "原发性高血压")));
    Path file = folder.resolve("prior.json");

    prior.write(file);

    assertThat(EntityPrior.read(file).count("高血压")).isEqualTo(1);
    assertThat(EntityPrior.read(file).entities()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"counts\": {\"I10\": 0}} | at least one id with a count >= 1, not I10=0",
        "{\"counts\": {}} | at least one id with a count >= 1",
        "{\"counts\": 3} | prior.json",
        "{} | counts"
      })
  void aFileOfSomethingElseIsNamed(String json, String message) throws IOException {
    Path file = Files.writeString(folder.resolve("prior.json"), json);

    assertThatThrownBy(() -> EntityPrior.read(file))
        .isInstanceOf(DataFormatException.class)
        .hasMessageContaining("prior.json")
        .hasMessageContaining(message);
  }

  @Test
  void rankingsWithoutAChoiceHaveNoPrior() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EntityPrior.of(taught()))
        .withMessage("none of the 0 rankings has a first choice to count");
  }

  private static TrainingSet taught(Ranking... rankings) {
    return TrainingSet.of(List.of(rankings), "the teacher of this test");
  }

  private static Ranking ranking(String mention, String first, String second) {
    return Ranking.byScore(request(mention, first, second), new double[] {2, 1});
  }

  private static CandidateList request(String mention, String... ids) {
    return CandidateList.of(
        Mention.of(mention),
        List.of(ids).stream().map(id -> Entity.of(id, "name of " + id)).toList());
  }
}
