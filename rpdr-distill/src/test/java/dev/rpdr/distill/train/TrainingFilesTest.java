package dev.rpdr.distill.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.rpdr.distill.llm.LlmForm;
import dev.rpdr.distill.llm.RankingTemplate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingFilesTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  private List<String> lines(String file) throws IOException {
    return Files.readAllLines(folder.resolve(file));
  }

  @Test
  void the_same_examples_stand_in_three_formats() throws IOException {
    // given
    RankingTemplate template = RankingTemplate.of(LlmForm.RANKED_LIST);
    TrainingFiles files = new TrainingFiles(template, new ListSampling(5, 3, 0), 7);
    // when
    int count = files.write(TeacherFixture.trainingSet(), folder, "models/it's", "llama3");
    // then
    assertThat(count).isEqualTo(10);
    assertThat(lines("alpaca.jsonl")).hasSize(10);
    for (int i = 0; i < 10; i++) {
      JsonNode alpaca = JSON.readTree(lines("alpaca.jsonl").get(i));
      JsonNode shareGpt = JSON.readTree(lines("sharegpt.jsonl").get(i));
      JsonNode openAi = JSON.readTree(lines("openai.jsonl").get(i));
      String user = alpaca.get("instruction").asText();
      String answer = alpaca.get("output").asText();
      assertThat(user).startsWith("Rank the candidates").contains("\nCandidates:\n- ");
      assertThat(answer.split("\n")).hasSize(5).allMatch(name -> user.contains("- " + name));
      assertThat(alpaca.get("system").asText()).isEqualTo(template.system());
      assertThat(shareGpt.at("/conversations/0/value").asText()).isEqualTo(user);
      assertThat(shareGpt.at("/conversations/1/from").asText()).isEqualTo("gpt");
      assertThat(shareGpt.at("/conversations/1/value").asText()).isEqualTo(answer);
      assertThat(openAi.at("/messages/0/role").asText()).isEqualTo("system");
      assertThat(openAi.at("/messages/1/content").asText()).isEqualTo(user);
      assertThat(openAi.at("/messages/2/content").asText()).isEqualTo(answer);
    }
  }

  @Test
  void LLaMA_Factory_finds_its_data_sets_and_settings() throws IOException {
    // when
    new TrainingFiles(RankingTemplate.of(LlmForm.LETTERS), ListSampling.defaults(), 7)
        .write(TeacherFixture.trainingSet(), folder, "models/it's", "llama3");
    // then
    JsonNode info = JSON.readTree(folder.resolve("dataset_info.json").toFile());
    for (JsonNode entry : info) {
      assertThat(folder.resolve(entry.get("file_name").asText())).exists();
    }
    assertThat(info.at("/rpdr_openai/tags/content_tag").asText()).isEqualTo("content");
    JsonNode yaml =
        new ObjectMapper(new YAMLFactory()).readTree(folder.resolve("lora-sft.yaml").toFile());
    assertThat(yaml.get("model_name_or_path").asText()).isEqualTo("models/it's");
    assertThat(yaml.get("template").asText()).isEqualTo("llama3");
    assertThat(info.has(yaml.get("dataset").asText())).isTrue();
    assertThat(yaml.get("lora_rank").asInt()).isEqualTo(8);
    assertThat(JSON.readTree(lines("alpaca.jsonl").get(0)).get("output").asText()).matches("[A-F]");
  }

  @Test
  void a_scoring_head_has_no_texts_to_teach() {
    RankingTemplate head = RankingTemplate.of(LlmForm.SCORING_HEAD);
    assertThatThrownBy(() -> new TrainingFiles(head, ListSampling.defaults(), 7))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("other engines learn texts");
  }
}
