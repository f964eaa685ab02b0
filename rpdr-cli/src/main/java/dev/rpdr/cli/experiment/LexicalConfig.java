package dev.rpdr.cli.experiment;

import static dev.rpdr.cli.experiment.ExperimentConfig.required;

import dev.rpdr.retriever.TextAnalysis;
import org.jspecify.annotations.Nullable;

/** How texts are cut into the terms that are compared; as for a TF-IDF retriever. */
record LexicalConfig(
    String analysis, @Nullable Integer min, @Nullable Integer max, boolean caseSensitive) {
  LexicalConfig {
    required(analysis, "lexical.analysis");
    analysis("lexical", analysis, min, max, caseSensitive);
  }

  TextAnalysis textAnalysis() {
    return analysis("lexical", analysis, min, max, caseSensitive);
  }

  /**
   * An analysis by its name.
   *
   * @param at where in the experiment it stands
   */
  static TextAnalysis analysis(
      String at, String name, @Nullable Integer min, @Nullable Integer max, boolean caseSensitive) {
    TextAnalysis analysis =
        switch (name) {
          case "word" -> TextAnalysis.word();
          case "char-wb" -> TextAnalysis.charWordBoundary(orDefault(min, 3), orDefault(max, 5));
          case "chars" -> TextAnalysis.chars(orDefault(min, 1), orDefault(max, 2));
          default ->
              throw new IllegalArgumentException(
                  at + ".analysis: '" + name + "' is unknown; known are word, char-wb, chars");
        };
    return caseSensitive ? analysis.caseSensitive() : analysis;
  }

  private static int orDefault(@Nullable Integer value, int fallback) {
    return value == null ? fallback : value;
  }
}
