package dev.rpdr.nn.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class TrainingOptionsTest {
  private static void refused(ThrowingCallable call, String message) {
    assertThatIllegalArgumentException().isThrownBy(call).withMessage(message);
  }

  @Test
  void rises_linearly_and_falls_linearly_to_zero() {
    // given
    TrainingOptions options = TrainingOptions.of(10).withLearningRate(1).withWarmupShare(0.2);
    // then
    assertThat(options.rate(0)).isZero();
    assertThat(options.rate(1)).isEqualTo(0.5);
    assertThat(options.rate(2)).isEqualTo(1);
    assertThat(options.rate(6)).isCloseTo(0.5, within(1e-12));
    assertThat(options.rate(10)).isZero();
    assertThat(options.rate(11)).isZero();
    assertThat(options.withWarmupShare(0).rate(0)).isEqualTo(1);
  }

  @Test
  void names_the_limit_and_the_value_that_breaks_it() {
    TrainingOptions options = TrainingOptions.of(1);
    refused(() -> TrainingOptions.of(0), "updates must lie between 1 and 2147483647; got 0");
    refused(() -> options.withLearningRate(0), "learningRate must be above 0; got 0.0");
    refused(() -> options.withLearningRate(Double.NaN), "learningRate must be above 0; got NaN");
    refused(
        () -> options.withWarmupShare(1), "warmupShare must be at least 0 and below 1; got 1.0");
    refused(() -> options.withWeightDecay(-1), "weightDecay must be at least 0; got -1.0");
    refused(() -> options.withBetas(0.9, 1), "beta2 must be at least 0 and below 1; got 1.0");
    refused(() -> options.withEpsilon(0), "epsilon must be above 0; got 0.0");
    refused(() -> options.withMaxGradientNorm(-1), "maxGradientNorm must be at least 0; got -1.0");
    refused(
        () -> options.withAccumulation(0), "accumulation must lie between 1 and 2147483647; got 0");
    refused(() -> options.withDropout(1), "dropout must be at least 0 and below 1; got 1.0");
    refused(() -> options.withFreeze("("), "freeze is not a regular expression: (");
    refused(() -> options.withDevice("tpu"), "device must be cpu, cuda or cuda:N; got 'tpu'");
    refused(() -> LoraOptions.of(0, ""), "rank must lie between 1 and 1024; got 0");
    refused(() -> LoraOptions.of(1, "("), "pattern is not a regular expression: (");
    refused(() -> LoraOptions.QUERY_VALUE.withAlpha(0), "alpha must be above 0; got 0.0");
    refused(
        () -> LoraOptions.QUERY_VALUE.withDropout(-0.1),
        "dropout must be at least 0 and below 1; got -0.1");
  }

  @Test
  void changes_one_thing_at_a_time() {
    // given
    TrainingOptions options =
        TrainingOptions.of(9)
            .withUpdates(10)
            .withLearningRate(1)
            .withWarmupShare(0.5)
            .withWeightDecay(0.2)
            .withBetas(0.3, 0.4)
            .withEpsilon(0.5)
            .withMaxGradientNorm(6)
            .withAccumulation(7)
            .withDropout(0.8)
            .withSeed(9)
            .withFreeze("a")
            .withLora(LoraOptions.QUERY_VALUE)
            .withDevice("cuda:1")
            .withOutput("b");
    // then
    assertThat(options)
        .isEqualTo(
            new TrainingOptions(
                10,
                1,
                0.5,
                0.2,
                0.3,
                0.4,
                0.5,
                6,
                7,
                0.8,
                9,
                "a",
                new LoraOptions(8, 16, 0, "query|value"),
                "cuda:1",
                "b"));
  }
}
