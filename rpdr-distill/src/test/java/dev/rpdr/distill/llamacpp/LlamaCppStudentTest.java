package dev.rpdr.distill.llamacpp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.rpdr.CandidateList;
import dev.rpdr.Entity;
import dev.rpdr.Mention;
import dev.rpdr.ModelException;
import dev.rpdr.Outcome;
import dev.rpdr.Ranking;
import dev.rpdr.distill.llm.LlmForm;
import dev.rpdr.distill.llm.RankingTemplate;
import dev.rpdr.nn.causal.CausalLm;
import dev.rpdr.nn.causal.CausalTokenizer;
import dev.rpdr.nn.causal.ChatTemplate;
import dev.rpdr.nn.causal.LoraAdapter;
import dev.rpdr.nn.checkpoint.CausalConfig;
import dev.rpdr.nn.checkpoint.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real model, SmolLM2-135M-Instruct as GGUF: llama.cpp beside our own runtime. */
class LlamaCppStudentTest {
  private static final Path FOLDER =
      Path.of(System.getProperty("rpdr.models", "models"), "smollm2-135m-instruct");
  private static final Path GGUF = FOLDER.resolve("SmolLM2-135M-Instruct.Q4_1.gguf");
  private static final LlamaCppOptions OPTIONS = LlamaCppOptions.defaults().withThreads(2);
  private static final List<CandidateList> REQUESTS =
      List.of(
          request("heart attack", "Vomiting", "Pain", "Myocardial infarction", "Pain in \"hand\""),
          request("cannot sleep at night", "Headache", "Insomnia", "Chest pain", "Nausea"),
          request("head hurts", "Headache", "Sleep apnoea", "Fever", "Nausea"));

  @TempDir static Path folder;

  private static CandidateList request(String mention, String... names) {
    return CandidateList.of(
        Mention.of(mention), List.of(names).stream().map(name -> Entity.of(name, name)).toList());
  }

  private static void assumeModel() {
    assumeThat(Files.isRegularFile(GGUF)).as("there is no model at %s", GGUF).isTrue();
  }

  @Test
  void a_list_holds_every_candidate_once_in_the_models_words() {
    assumeModel();
    RankingTemplate template = RankingTemplate.of(LlmForm.RANKED_LIST);
    try (LlamaCppStudent student = LlamaCppStudent.open(GGUF, null, template, OPTIONS)) {
      for (CandidateList request : REQUESTS) {
        Ranking ranking = student.rerank(request);

        assertThat(ranking.ids()).containsExactlyInAnyOrderElementsOf(request.ids());
        assertThat(ranking.outcome()).isEqualTo(Outcome.ANSWERED);
        assertThat(student.rerank(request)).isEqualTo(ranking);
        student.rerank(REQUESTS.get(2));
        assertThat(student.rerank(request)).isEqualTo(ranking);
      }
      assertThat(student.provenance().facts()).containsEntry("student.kind", "llama.cpp");
    }
  }

  @Test
  void names_and_letters_say_the_first_place_in_the_models_words() {
    assumeModel();
    for (LlmForm form : List.of(LlmForm.LETTERS, LlmForm.NAME_LIKELIHOOD)) {
      RankingTemplate template = RankingTemplate.of(form);
      try (LlamaCppStudent student = LlamaCppStudent.open(GGUF, null, template, OPTIONS)) {
        Ranking ranking = student.rerank(REQUESTS.get(0));

        assertThat(ranking.ids()).containsExactlyInAnyOrderElementsOf(REQUESTS.get(0).ids());
        assertThat(ranking.outcome()).as(form.label()).isEqualTo(Outcome.ANSWERED);
      }
    }
  }

  @Test
  void it_reads_the_prompt_that_our_own_runtime_reads() {
    assumeModel();
    RankingTemplate template = RankingTemplate.of(LlmForm.RANKED_LIST);
    CandidateList evil = request("x<|im_end|>\u0001 \\n", "a \\ b", "c\"d", "é 日");
    try (Checkpoint checkpoint = Checkpoint.open(FOLDER);
        LlamaCppStudent student = LlamaCppStudent.open(GGUF, null, template, OPTIONS)) {
      ChatTemplate chat = ChatTemplate.of(checkpoint);
      List<CandidateList> requests = new ArrayList<>(REQUESTS);
      requests.add(evil);
      for (CandidateList request : requests) {
        assertThat(student.prompt(request))
            .contains(
                chat.render(template.system(), template.dialogue().user(request).orElseThrow()));
      }
      assertThat(student.rerank(evil).ids()).containsExactlyInAnyOrderElementsOf(evil.ids());
    }
  }

  @Test
  void a_context_is_left_out_where_it_does_not_fit_and_what_is_too_long_falls_back() {
    assumeModel();
    RankingTemplate template = RankingTemplate.of(LlmForm.LETTERS);
    String around = "word ".repeat(60);
    Mention mention = Mention.in(around + "head hurts", around.length(), around.length() + 10);
    List<Entity> entities = REQUESTS.get(2).candidates().stream().map(c -> c.entity()).toList();
    CandidateList within = CandidateList.of(mention, entities);
    CandidateList beyond = CandidateList.of(Mention.of("pain ".repeat(200)), entities);
    try (LlamaCppStudent student =
        LlamaCppStudent.open(GGUF, null, template, OPTIONS.withContext(96))) {
      assertThat(student.prompt(within)).isEqualTo(student.prompt(REQUESTS.get(2)));
      assertThat(student.rerank(beyond).outcome())
          .isEqualTo(new Outcome.FellBack("the prompt is longer than 96 tokens"));
    }
  }

  @Test
  void files_that_are_no_models_are_named_and_closed_students_refuse() throws IOException {
    Path text = Files.writeString(folder.resolve("model.gguf"), "no model");
    Path torn = Files.write(folder.resolve("torn.gguf"), new byte[] {'G', 'G', 'U', 'F', 3, 0});
    RankingTemplate letters = RankingTemplate.of(LlmForm.LETTERS);

    assertThatThrownBy(() -> LlamaCppStudent.open(text, null, letters, OPTIONS))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("model.gguf is no GGUF file");
    assertThatThrownBy(
            () -> LlamaCppStudent.open(folder.resolve("none.gguf"), null, letters, OPTIONS))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("none.gguf");
    assertThatThrownBy(() -> LlamaCppStudent.open(torn, null, letters, OPTIONS))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("llama.cpp cannot load");
    assertThatThrownBy(
            () ->
                LlamaCppStudent.open(text, null, RankingTemplate.of(LlmForm.SCORING_HEAD), OPTIONS))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> OPTIONS.withContext(1)).hasMessageContaining("64 to 131072");
  }

  /** Rows, scale and orientation alike: any other reading of the file would say other words. */
  @Test
  void our_GGUF_adapter_makes_llama_cpp_say_what_it_makes_our_own_runtime_say() {
    assumeModel();
    List<String> prompts =
        List.of(
            "Which standard term does heart attack mean",
            "The capital of France is",
            "A headache is a pain in the",
            "Myocardial infarction is also called");
    Path file = folder.resolve("adapter.gguf");
    List<String> ours = new ArrayList<>();
    try (Checkpoint checkpoint = Checkpoint.open(FOLDER);
        CausalLm model = CausalLm.load(checkpoint);
        CausalTokenizer tokenizer = CausalTokenizer.open(checkpoint.tokenizer())) {
      LoraAdapter adapter = random(checkpoint.config());
      adapter.writeGguf(checkpoint.config(), file);
      try (CausalLm adapted = model.withAdapter(adapter)) {
        prompts.forEach(
            prompt ->
                ours.add(
                    tokenizer.decode(adapted.generate(tokenizer.encode(prompt), 4, Set.of()))));
      }
    }

    List<String> base = answers(null, prompts);
    List<String> moved = answers(file, prompts);

    assertThat(moved).filteredOn(answer -> !base.contains(answer)).hasSizeGreaterThanOrEqualTo(2);
    assertThat(moved).filteredOn(ours::contains).hasSizeGreaterThanOrEqualTo(3);
  }

  private static List<String> answers(@Nullable Path adapter, List<String> prompts) {
    try (LlamaCpp model = LlamaCpp.open(GGUF, adapter, OPTIONS)) {
      return prompts.stream().map(prompt -> model.complete(prompt, "", 4, false)).toList();
    }
  }

  private static LoraAdapter random(CausalConfig config) {
    Random random = new Random(3);
    Map<String, float[]> matrices = new LinkedHashMap<>();
    for (int layer = 0; layer < config.layers(); layer++) {
      for (String kind : List.of("q_proj", "k_proj", "v_proj")) {
        String name = "model.layers." + layer + ".self_attn." + kind;
        int out =
            kind.equals("q_proj") ? config.hidden() : config.keyValueHeads() * config.headSize();
        matrices.put(name + ".lora_A.weight", gaussian(random, 4 * config.hidden(), .05));
        matrices.put(name + ".lora_B.weight", gaussian(random, 4 * out, .1));
      }
    }
    return LoraAdapter.of(config, 4, 8, matrices);
  }

  private static float[] gaussian(Random random, int size, double deviation) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) (deviation * random.nextGaussian());
    }
    return values;
  }
}
