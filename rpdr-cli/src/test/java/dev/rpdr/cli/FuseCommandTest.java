package dev.rpdr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rpdr.cli.CommandLineTest.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Students without an encoder; {@link CommandLineTest} fuses one that has an encoder. */
class FuseCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  @BeforeEach
  void write() throws IOException {
    Files.writeString(folder.resolve("codes.tsv"), "1\t膝疼痛\n2\t肺疼痛\n3\t膝骨折\n");
    Files.writeString(folder.resolve("gold.tsv"), "右膝疼痛\t1\n双肺疼痛待查\t2\n左膝骨折\t3\n");
    List<String> rankings = new ArrayList<>();
    for (String side : List.of("左", "右", "双")) {
      rankings.add(ranking(side + "膝疼痛史", "1", "3"));
      rankings.add(ranking(side + "侧膝骨折", "3", "1"));
    }
    Files.write(folder.resolve("teacher.jsonl"), rankings);
  }

  private static String ranking(String mention, String first, String second) {
    return """
        {"mention": "%s", "candidates": [{"id": "1", "name": "膝疼痛"}, {"id": "2", "name": "肺疼痛"}, {"id": "3", "name": "膝骨折"}], "ranking": ["%s", "%s"]}"""
        .formatted(mention, first, second);
  }

  /** Arguments parted by blanks; those that name a file of this test stand in its folder. */
  private Result rpdr(String input, String arguments) {
    return CommandLineTest.rpdr(
        input,
        List.of(arguments.split(" ")).stream()
            .map(one -> one.startsWith("@") ? folder.resolve(one.substring(1)).toString() : one)
            .toArray(String[]::new));
  }

  @Test
  void aStudentWithoutAnEncoderLinks() throws IOException {
    Result made =
        rpdr(
            "",
            "student fuse --kb @codes.tsv --rows @gold.tsv --retriever tfidf:char(1,2) --k 3"
                + " --spelling char(1,2) --teacher @teacher.jsonl --prior --edits char(1,2)"
                + " --out @student");
    Result linked =
        rpdr("左膝疼痛\n", "link --kb @codes.tsv --student @student --retriever tfidf:char(1,2) --k 3");

    assertThat(made.exit()).as(made.err()).isZero();
    assertThat(made.out())
        .contains("fitting on 3 rows")
        .contains("--retriever 'tfidf:char(1,2)' --k 3 < mentions.txt")
        .doesNotContain("mentions that the teacher ranked");
    JsonNode line = JSON.readTree(linked.out());
    assertThat(line.get("id").asText()).isEqualTo("1");
    assertThat(line.get("confidence").asDouble()).isBetween(0.0, 1.0);
  }

  @Test
  void withoutKnownAnswersATeachersAreTaken() {
    Result made =
        rpdr(
            "",
            "student fuse --kb @codes.tsv --rankings @teacher.jsonl --retriever tfidf:char(1,2)"
                + " --spelling char(1,2) --without-place --out @student");

    assertThat(made.exit()).as(made.err()).isZero();
    assertThat(made.out()).contains("place weight 0.0 fitted on 6 rows (6 with a right candidate)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--rows @gold.tsv | there is nothing to fuse",
        "--rows @gold.tsv --prior | --teacher FILE goes with --prior and --edits",
        "--rows @gold.tsv --spelling word --teacher @teacher.jsonl | --teacher FILE goes with",
        "--rows @gold.tsv --spelling letters | 'letters' is no analysis",
        "--rows @gold.tsv --spelling word | a student without an encoder does not retrieve",
        "--spelling word | either --rows FILE (known ones) or --rankings FILE (a teacher's)",
        "--spelling word --rows @gold.tsv --rankings @teacher.jsonl | either --rows FILE",
        "--spelling word --rows @nowhere.tsv | nowhere.tsv",
        "@nowhere --rows @gold.tsv | nowhere is not a folder, so no student can be opened there"
      })
  void whatIsWrongIsOneClearLine(String arguments, String message) {
    Result refused = rpdr("", "student fuse --kb @codes.tsv --out @student " + arguments);

    assertThat(refused.exit()).isEqualTo(1);
    assertThat(refused.err()).contains(message).doesNotContain("\tat ");
    assertThat(folder.resolve("student")).doesNotExist();
  }
}
