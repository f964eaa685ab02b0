package dev.rpdr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rpdr.cli.CommandLineTest.Result;
import dev.rpdr.teacher.journal.RecordedTeacher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code rpdr journal strip} and {@code restore} as a user sees them. */
class JournalStripTest {
  private static final String RANKED =
      "{\"mention\": \"cloudy lens\", \"candidates\": [{\"id\": \"H40\", \"name\": \"Glaucoma\"}, "
          + "{\"id\": \"H25\", \"name\": \"Senile cataract\"}], \"ranking\": [\"H25\", \"H40\"]}\n";

  @TempDir Path folder;

  @BeforeEach
  void write() throws IOException {
    Files.writeString(folder.resolve("codes.tsv"), "H25\tSenile cataract\nH40\tGlaucoma\n");
    Files.writeString(folder.resolve("mentions.txt"), "eye pressure\ncloudy lens\n");
    Files.writeString(folder.resolve("teacher.jsonl"), RANKED);
  }

  private Result journal(String command, String from, String to, String... more) {
    Stream<String> fixed =
        Stream.of("journal", command, path(from), "--out", path(to), "--kb", path("codes.tsv"));
    return CommandLineTest.rpdr("", Stream.concat(fixed, Stream.of(more)).toArray(String[]::new));
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  @Test
  void whatIsStrippedHoldsNoTextAndComesBack() throws IOException {
    Result stripped = journal("strip", "teacher.jsonl", "stripped.jsonl", "--teacher", "a model");
    Result restored =
        journal("restore", "stripped.jsonl", "restored.jsonl", "--mentions", path("mentions.txt"));

    assertThat(stripped.exit()).as(stripped.err()).isZero();
    assertThat(stripped.out()).contains("1 rankings written without texts to");
    assertThat(Files.readString(folder.resolve("stripped.jsonl")))
        .contains("a model")
        .doesNotContain("lens")
        .doesNotContain("H25")
        .doesNotContain("cataract");
    assertThat(restored.exit()).as(restored.err()).isZero();
    assertThat(RecordedTeacher.read(folder.resolve("restored.jsonl")).rankings())
        .isEqualTo(RecordedTeacher.read(folder.resolve("teacher.jsonl")).rankings());
  }

  @Test
  void missingMentionsAreCounted() throws IOException {
    journal("strip", "teacher.jsonl", "stripped.jsonl");
    Files.writeString(folder.resolve("mentions.txt"), "eye pressure\n");

    Result restored =
        journal("restore", "stripped.jsonl", "restored.jsonl", "--mentions", path("mentions.txt"));

    assertThat(restored.exit()).isNotZero();
    assertThat(restored.err()).contains("1 of its 1 rankings", "among the 1 different mentions");
    assertThat(folder.resolve("restored.jsonl")).doesNotExist();
  }

  @Test
  void anEntityThatTheKnowledgeBaseLacksIsNamed() throws IOException {
    Files.writeString(folder.resolve("codes.tsv"), "H25\tSenile cataract\n");

    Result stripped = journal("strip", "teacher.jsonl", "stripped.jsonl");

    assertThat(stripped.exit()).isNotZero();
    assertThat(stripped.err()).contains("'H40' of 'cloudy lens' is not in the knowledge base");
    assertThat(List.of(folder.resolve("stripped.jsonl"))).noneMatch(Files::exists);
  }
}
