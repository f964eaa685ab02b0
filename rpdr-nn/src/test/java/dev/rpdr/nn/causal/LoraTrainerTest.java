package dev.rpdr.nn.causal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rpdr.ModelException;
import dev.rpdr.nn.checkpoint.Checkpoint;
import dev.rpdr.nn.checkpoint.Fixtures;
import dev.rpdr.nn.checkpoint.SafetensorsReader;
import dev.rpdr.nn.train.LoraOptions;
import dev.rpdr.nn.train.TrainingOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Against PEFT 0.21: rank 4, alpha 8 on query and value (llama) or all projections (qwen2), three
 * padded examples, AdamW at 0.02 with decay 0.01, gradients clipped at 1, two of ten updates of
 * warm-up.
 */
class LoraTrainerTest {
  @TempDir private Path folder;

  private static CausalLm load(String fixture) {
    return load(fixture, Precision.F32);
  }

  private static CausalLm load(String fixture, Precision precision) {
    try (Checkpoint checkpoint = Checkpoint.open(Fixtures.of(fixture))) {
      return CausalLm.load(checkpoint, CausalOptions.defaults().withPrecision(precision));
    }
  }

  private static TrainingOptions options() {
    return TrainingOptions.of(10)
        .withLearningRate(0.02)
        .withWarmupShare(0.2)
        .withLora(new LoraOptions(4, 8, 0, "_proj"));
  }

  private static TrainingOptions withDropout() {
    return options().withLora(new LoraOptions(4, 8, 0.3, "q_proj|v_proj|down_proj"));
  }

  private static LoraAdapter start(CausalLm model, String fixture) {
    return PeftFolder.read(Fixtures.of("peft/" + fixture + "-start"), model.config());
  }

  private static List<TokenTree> batch(JsonNode training) {
    List<TokenTree> batch = new ArrayList<>();
    for (JsonNode example : training.get("examples")) {
      batch.add(
          TokenTree.of(FixtureJson.tokens(example.get(0)), FixtureJson.tokens(example.get(1))));
    }
    return batch;
  }

  private static List<TokenTree> batch() {
    return batch(FixtureJson.read("peft/training.json").get("llama"));
  }

  private static float[] matrix(LoraTrainer trainer, String name) {
    return Objects.requireNonNull(trainer.adapter().matrices().get(name), name);
  }

  private static void assertClose(float[] actual, float[] wanted, String what) {
    double difference = 0;
    double size = 0;
    for (int i = 0; i < wanted.length; i++) {
      difference += Math.pow(actual[i] - wanted[i], 2);
      size += Math.pow(wanted[i], 2);
    }
    assertThat(Math.sqrt(difference / size)).as(what).isLessThan(1e-3);
  }

  @ParameterizedTest
  @CsvSource({"llama,KEPT", "llama,RECOMPUTED", "qwen2,KEPT", "qwen2,RECOMPUTED"})
  void gradients_and_ten_updates_are_those_of_PEFT(String fixture, Activations activations) {
    // given
    JsonNode expected = FixtureJson.read("peft/training.json").get(fixture);
    List<TokenTree> batch = batch(expected);
    try (CausalLm model = load(fixture);
        SafetensorsReader gradients =
            SafetensorsReader.open(Fixtures.of("peft/" + fixture + "-gradients.safetensors"));
        SafetensorsReader trained =
            SafetensorsReader.open(Fixtures.of("peft/" + fixture + "-trained.safetensors"));
        LoraTrainer once =
            LoraTrainer.start(
                model, options().withAccumulation(2), activations, start(model, fixture));
        LoraTrainer trainer =
            LoraTrainer.start(model, options(), activations, start(model, fixture))) {
      // when
      once.step(batch);
      List<Double> losses = new ArrayList<>();
      List<Double> norms = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        losses.add(trainer.step(batch));
        norms.add(trainer.gradientNorm());
      }
      // then
      assertThat(once.gradients().keySet()).containsExactlyInAnyOrderElementsOf(gradients.names());
      once.gradients().forEach((name, g) -> assertClose(g, gradients.read(name), name));
      for (int i = 0; i < 10; i++) {
        assertThat(losses.get(i))
            .isCloseTo(expected.get("losses").get(i).asDouble(), within(losses.get(i) * 1e-3));
        assertThat(norms.get(i))
            .isCloseTo(expected.get("norms").get(i).asDouble(), within(norms.get(i) * 1e-3));
      }
      trainer.adapter().matrices().forEach((name, m) -> assertClose(m, trained.read(name), name));
      assertThat(trainer.updates()).isEqualTo(10);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "llama,F16,KEPT", "llama,F16,RECOMPUTED", "llama,BF16,KEPT", "llama,BF16,RECOMPUTED",
    "qwen2,F16,KEPT", "qwen2,F16,RECOMPUTED", "qwen2,BF16,KEPT", "qwen2,BF16,RECOMPUTED"
  })
  void a_base_of_16_bits_has_the_gradients_of_32(
      String fixture, Precision precision, Activations activations) {
    // given
    JsonNode expected = FixtureJson.read("peft/training.json").get(fixture);
    List<TokenTree> batch = batch(expected);
    try (CausalLm model = load(fixture, precision);
        SafetensorsReader gradients =
            SafetensorsReader.open(Fixtures.of("peft/" + fixture + "-gradients.safetensors"));
        LoraTrainer once =
            LoraTrainer.start(
                model, options().withAccumulation(2), activations, start(model, fixture));
        LoraTrainer trainer =
            LoraTrainer.start(model, options(), activations, start(model, fixture))) {
      // when
      once.step(batch);
      List<Double> losses = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        losses.add(trainer.step(batch));
      }
      // then
      assertThat(once.gradients().keySet()).containsExactlyInAnyOrderElementsOf(gradients.names());
      once.gradients()
          .forEach(
              (name, g) -> assertThat(cosine(g, gradients.read(name))).as(name).isGreaterThan(.99));
      double first = expected.get("losses").get(0).asDouble();
      double last = expected.get("losses").get(9).asDouble();
      assertThat(last).isLessThan(first);
      assertThat(losses.get(0)).isCloseTo(first, within(.03));
      assertThat(losses.get(9)).isCloseTo(last, within(.1 * (first - last)));
    }
  }

  private static double cosine(float[] a, float[] b) {
    double product = 0;
    double left = 0;
    double right = 0;
    for (int i = 0; i < a.length; i++) {
      product += a[i] * b[i];
      left += a[i] * a[i];
      right += b[i] * b[i];
    }
    return product / Math.sqrt(left * right);
  }

  @Test
  void accumulated_steps_are_averaged() {
    // given
    try (CausalLm model = load("llama");
        LoraTrainer whole =
            LoraTrainer.start(model, options(), Activations.KEPT, start(model, "llama"));
        LoraTrainer halves =
            LoraTrainer.start(
                model, options().withAccumulation(2), Activations.KEPT, start(model, "llama"))) {
      // when
      for (int i = 0; i < 3; i++) {
        whole.step(batch());
        halves.step(batch());
        halves.step(batch());
      }
      // then
      assertThat(halves.updates()).isEqualTo(3);
      assertThat(halves.steps()).isEqualTo(6);
      whole.adapter().matrices().forEach((name, m) -> assertClose(matrix(halves, name), m, name));
    }
  }

  @ParameterizedTest
  @CsvSource({"KEPT,F32", "RECOMPUTED,F32", "KEPT,BF16", "RECOMPUTED,BF16"})
  void a_training_that_was_stopped_goes_on_as_if_it_had_not_been(
      Activations activations, Precision precision) {
    // given
    Path file = folder.resolve("training.safetensors");
    try (CausalLm model = load("llama", precision);
        LoraTrainer whole = LoraTrainer.start(model, withDropout(), activations)) {
      List<Double> losses = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        losses.add(whole.step(batch()));
      }
      // when
      try (LoraTrainer first = LoraTrainer.start(model, withDropout(), activations)) {
        for (int i = 0; i < 6; i++) {
          assertThat(first.step(batch())).isEqualTo(losses.get(i));
          first.save(file);
        }
        first.step(batch());
      }
      try (LoraTrainer second = LoraTrainer.resume(model, withDropout(), activations, file)) {
        assertThat(second.steps()).isEqualTo(6);
        for (int i = 6; i < 10; i++) {
          assertThat(second.step(batch())).isEqualTo(losses.get(i));
        }
        // then
        whole
            .adapter()
            .matrices()
            .forEach((n, m) -> assertThat(second.adapter().matrices().get(n)).isEqualTo(m));
      }
      assertThat(losses.get(9)).isLessThan(losses.get(0));
    }
  }

  @Test
  void recomputed_activations_give_the_same_adapter_under_dropout() {
    try (CausalLm model = load("qwen2");
        LoraTrainer kept = LoraTrainer.start(model, withDropout(), Activations.KEPT);
        LoraTrainer again = LoraTrainer.start(model, withDropout(), Activations.RECOMPUTED)) {
      for (int i = 0; i < 4; i++) {
        assertThat(again.step(batch())).isCloseTo(kept.step(batch()), within(1e-5));
      }
      kept.adapter().matrices().forEach((name, m) -> assertClose(matrix(again, name), m, name));
    }
  }

  @ParameterizedTest
  @CsvSource({"SUM,F32", "MEAN,F32", "HEAD,F32", "SUM,BF16", "MEAN,BF16", "HEAD,BF16"})
  void learns_to_rank_branches(BranchScore score, Precision precision) {
    // given
    List<Tokens> branches = List.of(Tokens.of(5, 9), Tokens.of(7), Tokens.of(5, 8, 3));
    List<TokenTree> batch =
        List.of(
            new TokenTree(Tokens.of(4, 4, 12), branches), new TokenTree(Tokens.of(50), branches));
    try (CausalLm model = load("llama", precision);
        LoraTrainer trainer = LoraTrainer.start(model, options(), Activations.KEPT)) {
      // when
      double first = 0;
      double last = 0;
      for (int i = 0; i < 9; i++) {
        last =
            trainer.step(
                batch,
                score,
                scores ->
                    scores.logSoftmax(1).get("0, 1").add(scores.logSoftmax(1).get("1, 2")).neg());
        first = i == 0 ? last : first;
      }
      // then
      assertThat(last).isLessThan(first * 0.7);
      try (CausalLm tuned = model.withAdapter(trainer.adapter())) {
        assertThat(best(tuned, trainer.head(), batch.get(0), score)).isEqualTo(1);
        assertThat(best(tuned, trainer.head(), batch.get(1), score)).isEqualTo(2);
      }
    }
  }

  private static int best(CausalLm model, float[] head, TokenTree tree, BranchScore score) {
    List<Double> scores = new ArrayList<>();
    if (score == BranchScore.HEAD) {
      for (float[] hidden : model.lastHidden(tree)) {
        double sum = 0;
        for (int i = 0; i < head.length; i++) {
          sum += head[i] * hidden[i];
        }
        scores.add(sum);
      }
    } else {
      for (float[] logs : model.logProbabilities(tree)) {
        double sum = 0;
        for (float log : logs) {
          sum += log;
        }
        scores.add(score == BranchScore.MEAN ? sum / logs.length : sum);
      }
    }
    return scores.indexOf(scores.stream().max(Double::compare).orElseThrow());
  }

  @Test
  void bad_options_and_files_are_refused() throws IOException {
    try (CausalLm model = load("llama");
        CausalLm other = load("qwen2");
        LoraTrainer trainer =
            LoraTrainer.start(model, options().withAccumulation(2), Activations.KEPT)) {
      refused(model, options().withLora(null), "options must have LoRA options");
      refused(model, options().withDropout(.1), "must leave dropout, freeze and output");
      refused(model, options().withDevice("cuda"), "the training runs where the model is");
      refused(
          model,
          options().withLora(LoraOptions.of(2, "query")),
          "the LoRA pattern 'query' matches no projection; there are [self_attn.q_proj");
      trainer.step(batch());
      Path file = folder.resolve("state");
      assertThatThrownBy(() -> trainer.save(file))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("saved after an update");
      trainer.flush();
      trainer.save(file);
      assertThatThrownBy(() -> LoraTrainer.resume(model, options(), Activations.KEPT, file).close())
          .isInstanceOf(ModelException.class)
          .hasMessageContaining("other options");
      assertThatThrownBy(
              () ->
                  LoraTrainer.resume(other, options().withAccumulation(2), Activations.KEPT, file)
                      .close())
          .isInstanceOf(ModelException.class)
          .hasMessageContaining("must have");
      Files.write(file, new byte[100]);
      assertThatThrownBy(() -> LoraTrainer.resume(model, options(), Activations.KEPT, file).close())
          .isInstanceOf(ModelException.class)
          .hasMessageContaining("no safetensors file");
      assertThatThrownBy(
              () ->
                  trainer.step(
                      List.of(batch().get(0)), BranchScore.SUM, s -> s.add(Float.NaN).sum()))
          .isInstanceOf(ModelException.class)
          .hasMessageContaining("is NaN; the adapter keeps the values");
      assertThatThrownBy(() -> trainer.step(batch(), BranchScore.SUM, s -> s))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("the loss must be one number");
    }
  }

  private static void refused(CausalLm model, TrainingOptions options, String message) {
    assertThatThrownBy(() -> LoraTrainer.start(model, options, Activations.KEPT).close())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}
