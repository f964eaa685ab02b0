package dev.rpdr.teacher.cost;

/** Counts, or estimates, the tokens that a model makes of a text. Thread-safe. */
public interface TokenCounter {
  /** How many tokens, ≥ 0. */
  int count(String text);

  /** How it counts, for reports, such as {@code o200k_base} or {@code estimated by characters}. */
  String name();

  /**
   * The model's own tokenizer where it is known (OpenAI's models), else the estimate by characters.
   */
  static TokenCounter of(String model) {
    return Tokenizers.find(model).orElse(byCharacters());
  }

  /**
   * An estimate that needs no tokenizer: characters of each script by what they were measured to
   * take on prompts of the shipped templates. See docs/teacher.md for the figures.
   */
  static TokenCounter byCharacters() {
    return CharacterCounter.INSTANCE;
  }
}
