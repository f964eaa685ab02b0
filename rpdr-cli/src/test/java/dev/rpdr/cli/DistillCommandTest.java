package dev.rpdr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rpdr.cli.CommandLineTest.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DistillCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Map<String, String> NAMES =
      Map.of("1", "Glaucoma", "2", "Myopia", "3", "Angina pectoris", "4", "Acute pain");

  @TempDir static Path folder;

  @BeforeAll
  static void recordRankings() throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      String first = Integer.toString(1 + i % 4);
      List<String> ranking = new ArrayList<>(List.of(first));
      NAMES.keySet().stream().sorted().filter(id -> !id.equals(first)).forEach(ranking::add);
      List<Map<String, String>> candidates =
          NAMES.keySet().stream()
              .sorted()
              .map(id -> Map.of("id", id, "name", NAMES.getOrDefault(id, "")))
              .toList();
      Map<String, Object> line = new LinkedHashMap<>();
      line.put("mention", NAMES.get(first) + " number " + i);
      line.put("candidates", candidates);
      line.put("ranking", ranking);
      lines.add(JSON.writeValueAsString(line));
    }
    Files.write(folder.resolve("rankings.jsonl"), lines);
    Files.writeString(folder.resolve("empty.jsonl"), "");
    Files.writeString(folder.resolve("codes.tsv"), "1\tGlaucoma\n2\tMyopia\n3\tAngina pectoris\n");
  }

  private static Result distill(String... args) {
    List<String> all = new ArrayList<>(List.of("distill", "--rankings"));
    all.add(folder.resolve("rankings.jsonl").toString());
    all.addAll(List.of(args));
    return CommandLineTest.rpdr("", all.toArray(String[]::new));
  }

  @Test
  void a_student_is_trained_judged_and_links() throws IOException {
    Path student = folder.resolve("student");

    Result trained =
        distill(
            "--student",
            "bi-encoder:maven:all-minilm-l6-v2",
            "--pooling",
            "mean",
            "--epochs",
            "1",
            "--batch",
            "4",
            "--max-tokens",
            "12",
            "--held-out",
            "4",
            "--out",
            student.toString());

    assertThat(trained.exit()).as(trained.err()).isZero();
    assertThat(trained.out())
        .contains("learning from 20 rankings, 4 held out; seed 42")
        .contains("bi-encoder trained in ")
        .containsPattern(
            "on 4 rankings held out it makes the teacher's first choice in [01]\\.\\d{3}")
        .contains("next: bin/rpdr link --kb FILE --student " + student + " < ");
    JsonNode manifest = JSON.readTree(student.resolve("student.json").toFile());
    assertThat(manifest.toString()).contains("20 of 24");
    Result linked =
        CommandLineTest.rpdr(
            "Myopia\n",
            "link",
            "--kb",
            folder.resolve("codes.tsv").toString(),
            "--student",
            student.toString());
    assertThat(JSON.readTree(linked.out()).get("id").asText()).isEqualTo("2");
  }

  @Test
  void a_cross_encoder_takes_a_loss_and_does_not_retrieve() {
    Path student = folder.resolve("cross");

    Result trained =
        distill(
            "--student",
            "cross-encoder:maven:all-minilm-l6-v2",
            "--loss",
            "list-net:1.0",
            "--epochs",
            "1",
            "--candidates",
            "3",
            "--held-out",
            "0",
            "--out",
            student.toString());

    assertThat(trained.exit()).as(trained.err()).isZero();
    assertThat(trained.out())
        .contains("24 rankings, 0 held out")
        .doesNotContain("learnt:")
        .contains("--retriever WHAT");
    Result linked =
        CommandLineTest.rpdr(
            "",
            "link",
            "--kb",
            folder.resolve("codes.tsv").toString(),
            "--student",
            student.toString());
    assertThat(linked.err())
        .contains(
            student + " does not retrieve, since that needs a bi-encoder: say with --retriever");
  }

  @Test
  void rankings_become_training_files_of_other_engines() throws IOException {
    Path files = folder.resolve("files");

    Result one = distill("--export", "openai", "--form", "ranked-list", "--out", files.toString());
    Result all =
        distill(
            "--export",
            "llama-factory",
            "--form",
            "letters",
            "--student",
            "llm:meta/llama",
            "--chat-template",
            "llama3",
            "--out",
            folder.resolve("factory").toString());

    assertThat(one.out()).contains("24 examples written to " + files.resolve("openai.jsonl"));
    try (var written = Files.list(files)) {
      assertThat(written).hasSize(1);
    }
    JsonNode line = JSON.readTree(Files.readAllLines(files.resolve("openai.jsonl")).get(0));
    assertThat(line.at("/messages/2/content").asText().lines())
        .hasSize(4)
        .allMatch(NAMES::containsValue);
    assertThat(all.out()).contains("llamafactory-cli train lora-sft.yaml");
    assertThat(folder.resolve("factory/lora-sft.yaml"))
        .content()
        .contains("model_name_or_path: 'meta/llama'", "template: 'llama3'");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --student oracle:x                        | there is no kind 'oracle'; there are bi-encoder, cross-encoder, listwise, llm
          --student bi-encoder                      | needs a model to start from, such as bi-encoder:maven:
          --student bi-encoder:maven:all-minilm-l6-v2 | --pooling is needed, mean or cls
          --student listwise:maven:all-minilm-l6-v2 --pooling cls | --pooling does not apply to listwise, only to bi-encoder, cross-encoder
          --student bi-encoder:maven:all-minilm-l6-v2 --pooling cls --loss rank-net | --loss does not apply to bi-encoder
          --student cross-encoder:maven:all-minilm-l6-v2 --loss hinge | loss 'hinge' is unknown; known are list-mle
          --student llm:nowhere                     | --form is needed
          --student llm:nowhere --form letters      | no such checkpoint: nowhere
          --student llm:nowhere --form letters --lora-rank 0 | rank must lie between 1 and 1024; got 0
          --student cross-encoder:nowhere --lora-rank 4 | --lora-rank does not apply to cross-encoder, only to llm
          --student cross-encoder:nowhere           | nowhere
          --student cross-encoder:maven:all-minilm-l6-v2 --held-out 24 | leaves nothing to learn from: there are 24 rankings
          --seed 1                                  | say what is trained, --student KIND:MODEL
          --export parquet --form letters           | known are alpaca, sharegpt, openai and llama-factory
          --export alpaca --form scoring-head       | other engines learn texts
          --export llama-factory --form letters     | needs --student llm:MODEL
          """)
  void what_cannot_be_done_is_one_clear_line(String args, String message) {
    List<String> all = new ArrayList<>(List.of(args.strip().split(" ")));
    all.addAll(List.of("--out", folder.resolve("never").toString()));

    Result result = distill(all.toArray(String[]::new));

    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.err()).contains(message).doesNotContain("\tat ");
    assertThat(folder.resolve("never")).doesNotExist();
  }

  @Test
  void rankings_that_are_missing_or_teach_nothing_are_named() {
    Result empty =
        CommandLineTest.rpdr(
            "",
            "distill",
            "--rankings",
            folder.resolve("empty.jsonl").toString(),
            "--student",
            "cross-encoder:maven:all-minilm-l6-v2",
            "--out",
            folder.resolve("never").toString());
    Result missing =
        CommandLineTest.rpdr(
            "",
            "distill",
            "--rankings",
            "nothing.jsonl",
            "--student",
            "cross-encoder:maven:all-minilm-l6-v2",
            "--out",
            folder.resolve("never").toString());

    assertThat(empty.exit()).isEqualTo(1);
    assertThat(empty.err()).contains("empty.jsonl");
    assertThat(missing.err()).contains("nothing.jsonl");
  }
}
