package dev.rpdr.distill.llm;

import dev.rpdr.CandidateList;
import dev.rpdr.Mention;
import dev.rpdr.ModelException;
import dev.rpdr.nn.causal.CausalTokenizer;
import dev.rpdr.nn.causal.ChatTemplate;
import dev.rpdr.nn.causal.TokenTree;
import dev.rpdr.nn.causal.Tokens;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Requests as a model's tokens: the template's wording in the checkpoint's chat template. Used for
 * training and ranking alike. Thread-safe; the tokenizer stays its owner's.
 */
public final class RankingTokens {
  private final RankingTemplate template;
  private final ChatTemplate chat;
  private final CausalTokenizer tokenizer;
  private final int maxTokens;
  private final Tokens end;
  private final Tokens newline;

  /**
   * @param maxTokens the most tokens of a prompt and one answer
   * @throws ModelException where the tokenizer lacks the chat template's end of an answer
   */
  public RankingTokens(
      RankingTemplate template, ChatTemplate chat, CausalTokenizer tokenizer, int maxTokens) {
    this.template = template;
    this.chat = chat;
    this.tokenizer = tokenizer;
    this.maxTokens = maxTokens;
    int id =
        tokenizer
            .special(chat.end())
            .orElseThrow(
                () ->
                    new ModelException(
                        "the tokenizer has no token '%s', which ends answers in %s"
                            .formatted(chat.end(), chat)));
    this.end = Tokens.of(id);
    this.newline = tokenizer.encode("\n");
  }

  /**
   * The prompt with one branch a candidate: its name and the end of the answer, or its letter.
   * Where it is too long, context is left out.
   *
   * @return nothing where it is too long all the same, or there are more candidates than letters
   */
  public Optional<TokenTree> tree(Mention mention, List<String> names) {
    if (template.form() == LlmForm.LETTERS && names.size() > RankingTemplate.LETTERS.length()) {
      return Optional.empty();
    }
    List<Tokens> branches = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      branches.add(
          template.form() == LlmForm.LETTERS
              ? tokenizer.encode(RankingTemplate.letter(i))
              : name(names.get(i)).plus(end));
    }
    return fitting(mention, names, branches);
  }

  /** The prompt with one branch: the names in the order given, one a line, and the end. */
  public Optional<TokenTree> list(Mention mention, List<String> shown, List<String> ranked) {
    Tokens answer = Tokens.empty();
    for (String name : ranked) {
      answer = answer.plus(answer.isEmpty() ? name(name) : newline.plus(name(name)));
    }
    return fitting(mention, shown, List.of(answer.plus(end)));
  }

  private Optional<TokenTree> fitting(Mention mention, List<String> names, List<Tokens> branches) {
    TokenTree tree = new TokenTree(prompt(mention, names), branches);
    if (tree.length() > maxTokens && mention.context() != null) {
      Mention bare = new Mention(mention.text(), null, mention.id());
      tree = new TokenTree(prompt(bare, names), branches);
    }
    return tree.length() > maxTokens ? Optional.empty() : Optional.of(tree);
  }

  private Tokens prompt(Mention mention, List<String> names) {
    return tokenizer.encode(text(mention, names));
  }

  private String text(Mention mention, List<String> names) {
    // Special tokens in text from outside are broken before the chat template adds its own.
    return chat.render(template.system(), tokenizer.plain(template.user(mention, names)));
  }

  /** The prompt as text, context included. */
  String text(CandidateList request) {
    return text(request.mention(), names(request));
  }

  /** A name as an answer holds it. */
  Tokens name(String name) {
    return tokenizer.encode(tokenizer.plain(RankingTemplate.line(name)));
  }

  /** What stands between two names of a list. */
  Tokens newline() {
    return newline;
  }

  /** The candidates' names in the request's order. */
  static List<String> names(CandidateList request) {
    return request.candidates().stream().map(c -> c.entity().name()).toList();
  }
}
