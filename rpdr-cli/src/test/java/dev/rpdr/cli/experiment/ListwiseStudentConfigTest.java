package dev.rpdr.cli.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.rpdr.distill.StudentSettings;
import dev.rpdr.distill.train.ListLoss;
import dev.rpdr.distill.train.ListSampling;
import dev.rpdr.distill.train.ListwiseOptions;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class ListwiseStudentConfigTest {
  private static StudentConfig.Listwise read(String yaml) throws IOException {
    YAMLMapper mapper = new YAMLMapper();
    mapper.setPropertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE);
    mapper.enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    return (StudentConfig.Listwise) mapper.readValue(yaml, StudentConfig.class);
  }

  @Test
  void keys_become_options() throws IOException {
    StudentConfig.Listwise config =
        read(
            """
            {kind: listwise, base: "maven:all-minilm-l6-v2", teach: train, max-tokens: 256,
             permutations: 2, epochs: 3, learning-rate: 0.0002, batch-lists: 4, loss: "softmax:0.3",
             candidates-per-list: 20, teacher-best: 5, random-candidates: 1, warm-up: 0.2,
             weight-decay: 0.1, dropout: 0.15, retriever-weight: 0.4, label-smoothing: 0.1,
             validation-share: 0}
            """);

    ListwiseOptions options = config.options(7);

    assertThat(options.student()).isEqualTo(new StudentSettings.Listwise(256, 2, .4));
    assertThat(options.epochs()).isEqualTo(3);
    assertThat(options.batchLists()).isEqualTo(4);
    assertThat(options.loss()).isEqualTo(ListLoss.softmax(.3).smoothed(.1));
    assertThat(options.sampling()).isEqualTo(new ListSampling(20, 5, 1));
    assertThat(options.validationShare()).isZero();
    assertThat(options.training().learningRate()).isEqualTo(.0002);
    assertThat(options.training().warmupShare()).isEqualTo(.2);
    assertThat(options.training().weightDecay()).isEqualTo(.1);
    assertThat(options.training().dropout()).isEqualTo(.15);
    assertThat(options.training().seed()).isEqualTo(7);
  }

  @Test
  void absent_keys_keep_the_trainers_defaults() throws IOException {
    assertThat(read("{kind: listwise, base: m, teach: train}").options(42))
        .isEqualTo(ListwiseOptions.defaults());
  }
}
