package dev.rpdr.cli.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.rpdr.distill.llm.LlmForm;
import dev.rpdr.distill.llm.RankingTemplate;
import dev.rpdr.distill.train.ListLoss;
import dev.rpdr.distill.train.ListSampling;
import dev.rpdr.distill.train.LlmOptions;
import dev.rpdr.nn.Device;
import dev.rpdr.nn.causal.Precision;
import dev.rpdr.nn.train.LoraOptions;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class LlmStudentConfigTest {
  private static StudentConfig.Llm read(String yaml) throws IOException {
    YAMLMapper mapper = new YAMLMapper();
    mapper.setPropertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE);
    mapper.enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    return (StudentConfig.Llm) mapper.readValue(yaml, StudentConfig.class);
  }

  @Test
  void keys_become_options() throws IOException {
    // when
    StudentConfig.Llm config =
        read(
            """
            {kind: llm, base: m, teach: train, form: name-likelihood, shows-candidates: true,
             epochs: 3, learning-rate: 0.002, batch-lists: 4, loss: "list-net:1.0",
             candidates-per-list: 6, teacher-best: 2, lora: {rank: 4, targets: _proj}, max-tokens: 99,
             device: "cuda:1", precision: bf16}
            """);
    LlmOptions options = config.options(7);
    // then
    assertThat(options.template())
        .isEqualTo(
            new RankingTemplate(RankingTemplate.Language.ENGLISH, LlmForm.NAME_LIKELIHOOD, true));
    assertThat(options.epochs()).isEqualTo(3);
    assertThat(options.training().learningRate()).isEqualTo(.002);
    assertThat(options.training().accumulation()).isEqualTo(4);
    assertThat(options.training().seed()).isEqualTo(7);
    assertThat(options.training().lora()).isEqualTo(new LoraOptions(4, 8, .05, "_proj"));
    assertThat(options.loss()).isEqualTo(ListLoss.of("list-net:1.0"));
    assertThat(options.sampling()).isEqualTo(new ListSampling(6, 2, 0));
    assertThat(options.maxTokens()).isEqualTo(99);
    assertThat(options.precision()).isEqualTo(Precision.BF16);
    assertThat(options.run().device()).isEqualTo(Device.cuda(1));
  }

  @Test
  void absent_keys_keep_the_trainers_defaults() throws IOException {
    StudentConfig.Llm config = read("{kind: llm, base: m, teach: train, form: ranked-list}");
    assertThat(config.options(42)).isEqualTo(LlmOptions.of(LlmForm.RANKED_LIST));
    assertThat(config.untrained()).isFalse();
    StudentConfig.Llm narrow =
        read("{kind: llm, base: m, teach: train, form: letters, precision: int8}");
    assertThatThrownBy(() -> narrow.options(42))
        .hasMessage("precision 'int8' is unknown; known are f32, f16, bf16");
    StudentConfig.Llm wrong = read("{kind: llm, base: m, teach: train, form: oracle}");
    assertThatThrownBy(() -> wrong.options(42))
        .hasMessageContaining("known are name-likelihood, ranked-list, letters, scoring-head");
  }
}
