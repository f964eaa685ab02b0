package dev.rpdr.distill.llm;

import dev.rpdr.Mention;
import dev.rpdr.RankingDialogue;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The wording of the task: an instruction with the mention, its context and, unless a form does
 * without, the candidates; no examples (the RPDR paper, figure 3). Training and use render it here
 * and nowhere else, so they cannot differ. Text from outside stays on its line.
 *
 * @param language of instruction and labels
 * @param form decides what is asked for
 * @param candidates whether the candidates are shown
 */
public record RankingTemplate(Language language, LlmForm form, boolean candidates) {
  /** Letters for candidates; more cannot be ranked by letters. */
  static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

  /** Characters of context on either side of the mention. */
  private static final int WINDOW = 200;

  private static final Pattern SPECIAL =
      Pattern.compile("([<\\[])(\\|[^|<>\\s]{1,40}\\|>|/?s>|</?SYS>>|/?INST\\])");

  /** Languages that the task is worded in. */
  public enum Language {
    ENGLISH,
    CHINESE
  }

  public RankingTemplate {
    Objects.requireNonNull(language, "language");
    Objects.requireNonNull(form, "form");
    if (form.needsCandidates() && !candidates) {
      throw new IllegalArgumentException("form " + form.label() + " must show the candidates");
    }
  }

  /** In English, with the candidates shown where the form needs it. */
  public static RankingTemplate of(LlmForm form) {
    return new RankingTemplate(Language.ENGLISH, form, form.needsCandidates());
  }

  /** The system message. */
  public String system() {
    return language == Language.ENGLISH
        ? "You link medical mentions to standard terms."
        : "你负责将医学表述对应到标准术语。";
  }

  /**
   * The user's message.
   *
   * @param names the candidates' names in the order shown
   */
  public String user(Mention mention, List<String> names) {
    boolean english = language == Language.ENGLISH;
    StringBuilder text = new StringBuilder(instruction(english));
    text.append(english ? "\nMention: " : "\n表述：").append(line(mention.text()));
    Mention.Context context = mention.context();
    if (context != null) {
      text.append(english ? "\nContext: " : "\n上下文：").append(line(window(context)));
    }
    if (candidates) {
      text.append(english ? "\nCandidates:" : "\n候选：");
      for (int i = 0; i < names.size(); i++) {
        text.append('\n')
            .append(form == LlmForm.LETTERS ? letter(i) + ". " : "- ")
            .append(line(names.get(i)));
      }
    }
    return text.toString();
  }

  /**
   * What the answer should be.
   *
   * @param shown the candidates' names in the order shown
   * @param ranked the same names or some of them, best first
   */
  public String answer(List<String> shown, List<String> ranked) {
    return switch (form) {
      case RANKED_LIST ->
          ranked.stream().map(RankingTemplate::line).collect(Collectors.joining("\n"));
      case LETTERS -> letter(shown.indexOf(ranked.get(0)));
      case NAME_LIKELIHOOD -> line(ranked.get(0));
      case SCORING_HEAD ->
          throw new IllegalArgumentException("a scoring head answers with numbers, not with text");
    };
  }

  /**
   * This wording as a dialogue with a model that is served elsewhere and answers in text. What
   * looks like a chat template's special token in a mention or name is broken by a space, as {@link
   * LlmStudent} breaks those of its tokenizer; {@link LlmStudent#dialogue()} breaks the very same.
   * Context is never left out, for there is nothing here that counts tokens.
   *
   * <p>Answers are read strictly. A ranked list is lines that are candidates' names; what is no
   * name or a repeat is dropped and what is missing is appended, and the outcome is then repaired.
   * A letter or a single name says the first place, and the others keep the request's order. Where
   * nothing names a candidate the ranking falls back.
   *
   * @throws IllegalArgumentException if the form is {@link LlmForm#SCORING_HEAD}
   */
  public RankingDialogue dialogue() {
    return new TemplateDialogue(this, text -> SPECIAL.matcher(text).replaceAll("$1 $2"));
  }

  /** The letter of a candidate by its place among those shown. */
  static String letter(int place) {
    return LETTERS.substring(place, place + 1);
  }

  private String instruction(boolean english) {
    return switch (form) {
      case LETTERS ->
          english
              ? "Which candidate is the standard term for the mention? Answer with its letter."
              : "哪个候选是该表述的标准术语？请回答其字母。";
      case RANKED_LIST ->
          english
              ? "Rank the candidates from the best to the worst standard term for the mention, one a"
                  + " line."
              : "请将候选按其作为该表述的标准术语的合适程度从高到低排列，每行一个。";
      case NAME_LIKELIHOOD, SCORING_HEAD ->
          english
              ? "Which standard term does the mention mean? Answer with the term."
              : "该表述对应哪个标准术语？请回答该术语。";
    };
  }

  private static String window(Mention.Context context) {
    int from = Math.max(0, context.start() - WINDOW);
    int to = Math.min(context.text().length(), context.end() + WINDOW);
    return context.text().substring(from, to);
  }

  /** A text on one line. */
  static String line(String text) {
    return text.replaceAll("\\s+", " ").strip();
  }
}
