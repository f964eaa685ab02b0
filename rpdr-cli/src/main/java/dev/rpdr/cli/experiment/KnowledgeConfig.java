package dev.rpdr.cli.experiment;

import static dev.rpdr.cli.experiment.ExperimentConfig.required;

import java.util.List;

/**
 * Open synonyms to learn.
 *
 * @param of the terminologies, by their names in the experiment
 * @param mostPerEntity how many synonyms of an entity at most; 10 where absent
 * @param candidates how many candidates each has, the right one included; 8 where absent
 * @param analysis how the wrong ones are found; char-wb where absent
 */
record KnowledgeConfig(List<String> of, int mostPerEntity, int candidates, String analysis) {
  public KnowledgeConfig {
    required(of, "students.knowledge.of");
    of = List.copyOf(of);
    mostPerEntity = mostPerEntity == 0 ? 10 : mostPerEntity;
    candidates = candidates == 0 ? 8 : candidates;
    analysis = analysis == null ? "char-wb" : analysis;
  }
}
