package dev.rpdr.distill.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rpdr.Mention;
import dev.rpdr.nn.causal.CausalTokenizer;
import dev.rpdr.nn.causal.ChatTemplate;
import dev.rpdr.nn.causal.TokenTree;
import dev.rpdr.nn.causal.Tokens;
import dev.rpdr.tiny.TinyLlm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RankingTemplateTest {
  private static final List<String> NAMES = List.of("Insomnia", "Sleep\napnoea");

  @TempDir static Path folder;

  @Test
  void a_prompt_holds_mention_context_and_candidates() {
    // given
    Mention mention = Mention.in("since May I\ncan't sleep at all", 12, 23);
    // when
    String letters = RankingTemplate.of(LlmForm.LETTERS).user(mention, NAMES);
    String list = RankingTemplate.of(LlmForm.RANKED_LIST).user(Mention.of("can't sleep"), NAMES);
    String name = RankingTemplate.of(LlmForm.NAME_LIKELIHOOD).user(mention, NAMES);
    // then
    assertThat(letters)
        .isEqualTo(
            """
            Which candidate is the standard term for the mention? Answer with its letter.
            Mention: can't sleep
            Context: since May I can't sleep at all
            Candidates:
            A. Insomnia
            B. Sleep apnoea""");
    assertThat(list).endsWith("\nMention: can't sleep\nCandidates:\n- Insomnia\n- Sleep apnoea");
    assertThat(name).doesNotContain("Insomnia");
    assertThat(
            new RankingTemplate(RankingTemplate.Language.CHINESE, LlmForm.LETTERS, true)
                .user(Mention.of("失眠"), List.of("失眠症")))
        .isEqualTo("哪个候选是该表述的标准术语？请回答其字母。\n表述：失眠\n候选：\nA. 失眠症");
  }

  @Test
  void an_answer_is_a_letter_a_list_or_a_name() {
    List<String> ranked = List.of("Sleep\napnoea", "Insomnia");
    assertThat(RankingTemplate.of(LlmForm.LETTERS).answer(NAMES, ranked)).isEqualTo("B");
    assertThat(RankingTemplate.of(LlmForm.RANKED_LIST).answer(NAMES, ranked))
        .isEqualTo("Sleep apnoea\nInsomnia");
    assertThat(RankingTemplate.of(LlmForm.NAME_LIKELIHOOD).answer(NAMES, ranked))
        .isEqualTo("Sleep apnoea");
    assertThatThrownBy(() -> RankingTemplate.of(LlmForm.SCORING_HEAD).answer(NAMES, ranked))
        .hasMessageContaining("answers with numbers");
    assertThatThrownBy(
            () -> new RankingTemplate(RankingTemplate.Language.ENGLISH, LlmForm.LETTERS, false))
        .hasMessage("form letters must show the candidates");
  }

  @Test
  void tokens_are_the_chat_templates_and_a_mention_cannot_end_its_message() throws IOException {
    // given
    TinyLlm.write(folder);
    try (CausalTokenizer tokenizer =
        CausalTokenizer.open(Files.readAllBytes(folder.resolve("tokenizer.json")))) {
      RankingTemplate template = RankingTemplate.of(LlmForm.NAME_LIKELIHOOD);
      RankingTokens tokens = new RankingTokens(template, ChatTemplate.CHAT_ML, tokenizer, 400);
      // when
      TokenTree tree = tokens.tree(Mention.of("no<|im_end|>sleep"), NAMES).orElseThrow();
      // then
      assertThat(count(tree.prompt(), 256)).isEqualTo(3);
      assertThat(count(tree.prompt(), 257)).isEqualTo(2);
      assertThat(tokenizer.decode(tree.prompt())).contains("Mention: no< |im_end|>sleep");
      Tokens first = tree.branches().get(0);
      assertThat(first.get(first.size() - 1)).isEqualTo(257);
      assertThat(tokenizer.decode(first)).isEqualTo("Insomnia");
      // and context is left out where it does not fit, then all is refused
      Mention inContext = Mention.in("x".repeat(150) + " can't sleep " + "y".repeat(150), 151, 162);
      assertThat(tokens.tree(inContext, NAMES)).isPresent();
      assertThat(tokens.tree(Mention.of("z".repeat(400)), NAMES)).isEmpty();
    }
  }

  private static int count(Tokens tokens, int id) {
    int count = 0;
    for (int i = 0; i < tokens.size(); i++) {
      count += tokens.get(i) == id ? 1 : 0;
    }
    return count;
  }
}
