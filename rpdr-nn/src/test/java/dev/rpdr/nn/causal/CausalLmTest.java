package dev.rpdr.nn.causal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rpdr.ModelException;
import dev.rpdr.nn.checkpoint.Checkpoint;
import dev.rpdr.nn.checkpoint.Fixtures;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CausalLmTest {
  private static final JsonNode EXPECTED = FixtureJson.read("logits.json");

  private static CausalLm load(String fixture) {
    return load(fixture, CausalOptions.defaults());
  }

  private static CausalLm load(String fixture, CausalOptions options) {
    try (Checkpoint checkpoint = Checkpoint.open(Fixtures.of(fixture))) {
      return CausalLm.load(checkpoint, options);
    }
  }

  private static Tokens prompt(int index) {
    return FixtureJson.tokens(EXPECTED.get("prompts").get(index));
  }

  @ParameterizedTest
  @CsvSource({"llama,llama", "tiny-llama.gguf,llama", "qwen2,qwen2"})
  void logits_are_those_of_Transformers(String fixture, String expected) {
    // given
    try (CausalLm model = load(fixture)) {
      for (int i = 0; i < 3; i++) {
        // when
        float[] logits = model.nextLogits(prompt(i));
        // then
        float[] wanted = FixtureJson.floats(EXPECTED.get(expected).get(i));
        assertThat(logits).containsExactly(wanted, within(2e-5f));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "qwen2"})
  void padding_does_not_change_logits(String fixture) {
    try (CausalLm model = load(fixture)) {
      // when
      List<float[]> batch = model.nextLogits(List.of(prompt(0), prompt(2), prompt(1)));
      // then
      assertThat(batch.get(0)).containsExactly(model.nextLogits(prompt(0)), within(2e-5f));
      assertThat(batch.get(1)).containsExactly(model.nextLogits(prompt(2)), within(2e-5f));
      assertThat(batch.get(2)).containsExactly(model.nextLogits(prompt(1)), within(2e-5f));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "qwen2"})
  void a_branch_is_as_likely_among_others_as_by_itself(String fixture) {
    // given
    List<Tokens> branches = List.of(Tokens.of(5, 9, 33), Tokens.of(5), Tokens.of(90, 4, 4, 17));
    try (CausalLm model = load(fixture)) {
      // when
      TokenTree tree = new TokenTree(prompt(1), branches);
      List<List<float[]>> together =
          model.logProbabilities(List.of(TokenTree.of(prompt(0), branches.get(2)), tree));
      // then
      for (int i = 0; i < 3; i++) {
        float[] alone = model.logProbabilities(TokenTree.of(prompt(1), branches.get(i))).get(0);
        assertThat(together.get(1).get(i)).containsExactly(alone, within(2e-5f));
        assertThat(alone)
            .containsExactly(stepByStep(model, prompt(1), branches.get(i)), within(2e-5f));
      }
    }
  }

  private static float[] stepByStep(CausalLm model, Tokens prompt, Tokens branch) {
    float[] all = new float[branch.size()];
    Tokens before = prompt;
    for (int i = 0; i < all.length; i++) {
      float[] logits = model.nextLogits(before);
      double sum = 0;
      for (float logit : logits) {
        sum += Math.exp(logit);
      }
      all[i] = (float) (logits[branch.get(i)] - Math.log(sum));
      before = before.plus(Tokens.of(branch.get(i)));
    }
    return all;
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "qwen2"})
  void generates_what_Transformers_generates(String fixture) {
    try (CausalLm model = load(fixture)) {
      Tokens wanted = FixtureJson.tokens(EXPECTED.get(fixture + "_greedy"));
      assertThat(model.generate(prompt(1), 12, Set.of())).isEqualTo(wanted);
      assertThat(model.generate(prompt(1), 12, Set.of(wanted.get(0)))).isEqualTo(Tokens.empty());
      assertThat(model.generate(prompt(1), 1, Set.of())).isEqualTo(Tokens.of(wanted.get(0)));
    }
  }

  @Test
  void constrained_generation_lists_candidates_and_nothing_else() {
    // given
    List<Tokens> candidates =
        List.of(Tokens.of(5, 9), Tokens.of(5, 9, 33), Tokens.of(71), Tokens.of(40, 41));
    try (CausalLm model = load("llama")) {
      CandidateList all = new CandidateList(candidates, Tokens.of(3, 6), 9);
      CandidateList best = new CandidateList(candidates, Tokens.of(3, 6), 1);
      // when
      Tokens answer = model.generate(prompt(1), all);
      model.generate(prompt(1), best);
      // then
      assertThat(all.ranked()).containsExactlyInAnyOrder(0, 1, 2, 3);
      assertThat(best.ranked()).containsExactly(all.ranked().get(0));
      List<Integer> written = new ArrayList<>();
      for (int i = 0; i < answer.size(); i++) {
        written.add(answer.get(i));
      }
      List<Integer> joined = new ArrayList<>();
      for (int index : all.ranked()) {
        Tokens candidate = candidates.get(index);
        for (int i = 0; i < candidate.size(); i++) {
          joined.add(candidate.get(i));
        }
        joined.addAll(List.of(3, 6));
      }
      assertThat(written).isEqualTo(joined.subList(0, joined.size() - 1));
    }
  }

  @Test
  void the_last_hidden_state_does_not_depend_on_other_branches() {
    try (CausalLm model = load("llama")) {
      Tokens a = Tokens.of(5, 9, 33);
      List<float[]> both = model.lastHidden(new TokenTree(prompt(1), List.of(Tokens.of(8), a)));
      List<float[]> alone = model.lastHidden(TokenTree.of(prompt(1), a));
      assertThat(both.get(1)).containsExactly(alone.get(0), within(2e-5f)).hasSize(32);
    }
  }

  @ParameterizedTest
  @CsvSource({"llama,F16,.014", "llama,BF16,.14", "qwen2,F16,.014", "qwen2,BF16,.14"})
  void runs_with_16_bits(String fixture, Precision precision, float tolerance) {
    try (CausalLm wide = load(fixture);
        CausalLm narrow = load(fixture, CausalOptions.defaults().withPrecision(precision))) {
      // logits: those of Transformers in these types are up to .013 and .134 off
      for (int i = 0; i < 3; i++) {
        float[] logits = narrow.nextLogits(prompt(i));
        assertThat(logits).containsExactly(wide.nextLogits(prompt(i)), within(tolerance));
        assertThat(logits).isNotEqualTo(wide.nextLogits(prompt(i)));
      }
      // hidden states, in 32 bits whatever the precision
      TokenTree tree = TokenTree.of(prompt(1), Tokens.of(5, 9));
      assertThat(narrow.lastHidden(tree).get(0))
          .containsExactly(wide.lastHidden(tree).get(0), within(tolerance));
      // an answer grown token by token is the one of whole passes
      Tokens answer = narrow.generate(prompt(1), 3, Set.of());
      Tokens before = prompt(1);
      for (int i = 0; i < 3; i++) {
        float[] logits = narrow.nextLogits(before);
        float best = 0;
        for (float logit : logits) {
          best = Math.max(best, logit);
        }
        assertThat(logits[answer.get(i)]).isCloseTo(best, within(tolerance));
        before = before.plus(Tokens.of(answer.get(i)));
      }
    }
  }

  @Test
  void weights_of_16_bits_take_half_the_memory() {
    try (CausalLm wide = load("llama");
        CausalLm half = load("llama", CausalOptions.defaults().withPrecision(Precision.F16));
        CausalLm brain = load("llama", CausalOptions.defaults().withPrecision(Precision.BF16))) {
      String name = "model.layers.0.self_attn.q_proj.weight";
      assertThat(wide.weights().require(name).toByteBuffer().remaining()).isEqualTo(4 * 32 * 32);
      assertThat(half.weights().require(name).toByteBuffer().remaining()).isEqualTo(2 * 32 * 32);
      assertThat(brain.weights().require(name).toByteBuffer().remaining()).isEqualTo(2 * 32 * 32);
    }
  }

  @Test
  void bad_input_is_refused() {
    try (CausalLm model = load("llama")) {
      assertThatThrownBy(() -> model.nextLogits(Tokens.of(4, 96)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("token id 96 is outside the vocabulary of 96");
      assertThatThrownBy(() -> model.nextLogits(Tokens.of(new int[256])))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("prompt and answer have 257 tokens; this model's context has 256");
      assertThatThrownBy(() -> model.nextLogits(List.of()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("at least one prompt");
    }
    assertThatThrownBy(() -> Tokens.of(-1)).hasMessageContaining("must be 0 or more, not -1");
    assertThatThrownBy(() -> TokenTree.of(Tokens.empty(), Tokens.of(1)))
        .hasMessage("a prompt must have at least one token");
    assertThatThrownBy(() -> TokenTree.of(Tokens.of(1), Tokens.empty()))
        .hasMessage("branch 0 has no tokens");
    assertThatThrownBy(() -> CausalOptions.defaults().withDevice("tpu"))
        .hasMessage("device must be cpu, cuda or cuda:N; got 'tpu'");
  }

  @Test
  void a_CUDA_device_that_is_not_there_is_named() {
    assertThatThrownBy(() -> load("llama", CausalOptions.defaults().withDevice("cuda:7")))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("device 'cuda:7' is not there");
  }
}
