package dev.rpdr.cli.experiment;

import static dev.rpdr.cli.experiment.ExperimentConfig.required;

import dev.rpdr.distill.train.EditTrainer;
import org.jspecify.annotations.Nullable;

/**
 * What a name may add to a mention or leave out, learnt from a teacher.
 *
 * @param teach the teacher record
 * @param analysis how texts are cut into terms; as for a TF-IDF retriever, with {@code min}, {@code
 *     max} and {@code caseSensitive}
 * @param ridge see {@link EditTrainer#withRidge}; its own where absent
 */
record EditConfig(
    String teach,
    String analysis,
    @Nullable Integer min,
    @Nullable Integer max,
    boolean caseSensitive,
    @Nullable Double ridge) {
  EditConfig {
    required(teach, "edits.teach");
    required(analysis, "edits.analysis");
    trainer(analysis, min, max, caseSensitive, ridge);
  }

  EditTrainer trainer() {
    return trainer(analysis, min, max, caseSensitive, ridge);
  }

  private static EditTrainer trainer(
      String analysis,
      @Nullable Integer min,
      @Nullable Integer max,
      boolean caseSensitive,
      @Nullable Double ridge) {
    EditTrainer trainer =
        EditTrainer.of(LexicalConfig.analysis("edits", analysis, min, max, caseSensitive));
    return ridge == null ? trainer : trainer.withRidge(ridge);
  }
}
