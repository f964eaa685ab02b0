package dev.rpdr.distill.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rpdr.ProgressListener;
import dev.rpdr.distill.StudentFixture;
import dev.rpdr.nn.Pooling;
import dev.rpdr.nn.TextTokenizer;
import dev.rpdr.nn.TokenSequence;
import dev.rpdr.nn.train.LoraOptions;
import dev.rpdr.nn.train.TrainingOptions;
import java.util.List;
import org.junit.jupiter.api.Test;

class CrossEncoderOptionsTest {
  private static final CrossEncoderOptions DEFAULTS = CrossEncoderOptions.defaults();

  @Test
  void eachSetterChangesItsOwnSettingAlone() {
    CrossEncoderOptions changed =
        DEFAULTS
            .withEpochs(2)
            .withBatchLists(16)
            .withLoss(ListLoss.rankNet())
            .withMaxTokens(64)
            .withPooling(Pooling.CLS)
            .withSymmetric(true)
            .withRetrieverWeight(.3)
            .withValidationShare(.1)
            .withLearningRate(3e-5)
            .withLora(LoraOptions.QUERY_VALUE)
            .withSeed(7);

    assertThat(changed.facts().facts())
        .containsEntry("epochs", "2")
        .containsEntry("batch-lists", "16")
        .containsEntry("loss", "rank-net")
        .containsEntry("validation-share", "0.1")
        .containsEntry("learning-rate", "3.0E-5")
        .containsEntry("seed", "7")
        .containsEntry("candidates-per-list", "8")
        .containsEntry("teacher-best", "4");
    assertThat(changed.student().maxTokens()).isEqualTo(64);
    assertThat(changed.student().pooling()).isEqualTo(Pooling.CLS);
    assertThat(changed.student().symmetric()).isTrue();
    assertThat(changed.student().retrieverWeight()).isEqualTo(.3);
  }

  @Test
  void settingsOutOfRangeAreRefusedWithTheRange() {
    assertThatThrownBy(() -> DEFAULTS.withEpochs(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("epochs must be >= 1, not 0");
    assertThatThrownBy(() -> DEFAULTS.withBatchLists(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("batchLists must be >= 1, not -1");
    assertThatThrownBy(() -> DEFAULTS.withValidationShare(.6))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("validationShare must be 0 to 0.5, not 0.6");
    assertThatThrownBy(() -> DEFAULTS.withPooling(Pooling.IN_GRAPH))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("CLS or MEAN, not IN_GRAPH");
    assertThatThrownBy(() -> DEFAULTS.withMaxTokens(7))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("maxTokens must be 8 to 8192, not 7");
    assertThatThrownBy(() -> DEFAULTS.withRetrieverWeight(-.1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not -0.1");
  }

  @Test
  void aContinuedScheduleFallsAlongTheSameLine() {
    // Ten rankings in batches of two: 5 updates an epoch, 40 in all, 4 of them warm-up.
    CrossEncoderOptions options = TeacherFixture.options();
    Split split = Split.of(TeacherFixture.trainingSet(), 0, 1);
    try (TextTokenizer tokenizer = TextTokenizer.open(StudentFixture.miniLm(), 24)) {
      PairReader reader = new PairReader(tokenizer, false);
      ListEpochs<List<TokenSequence>> epochs =
          new ListEpochs<>(options.course(), split, reader, ProgressListener.SILENT);

      TrainingOptions whole = epochs.schedule(0);
      TrainingOptions rest = epochs.schedule(3);

      assertThat(whole.updates()).isEqualTo(40);
      assertThat(whole.learningRate()).isEqualTo(5e-4);
      assertThat(rest.updates()).isEqualTo(25);
      assertThat(rest.learningRate()).isCloseTo(5e-4 * 25 / 36, within(1e-12));
    }
  }
}
