package dev.rpdr.distill.llm;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How a language model's ranking is read off. */
public enum LlmForm {
  /** Each candidate's name is scored by its mean log-likelihood as the answer, less a prior. */
  NAME_LIKELIHOOD,
  /**
   * The model writes the ranked names, held to the candidates token by token: the RPDR paper's
   * form, whose training maximises the likelihood of the teacher's list (its equation 4).
   */
  RANKED_LIST,
  /**
   * The logits of the candidates' letters after one pass (FIRST: Reddy et al., "Faster Improved
   * Listwise Reranking with Single Token Decoding", EMNLP 2024).
   */
  LETTERS,
  /** A linear head on the model's last layer at the end of each candidate's name. */
  SCORING_HEAD;

  /** What it is called in files: {@code name-likelihood} and so on. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The form of a label.
   *
   * @throws IllegalArgumentException if there is none; the message lists those that there are
   */
  public static LlmForm of(String label) {
    return Arrays.stream(values())
        .filter(form -> form.label().equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "form '"
                        + label
                        + "' is unknown; known are "
                        + Arrays.stream(values())
                            .map(LlmForm::label)
                            .collect(Collectors.joining(", "))));
  }

  /** Whether the prompt must show the candidates. */
  boolean needsCandidates() {
    return this == RANKED_LIST || this == LETTERS;
  }
}
