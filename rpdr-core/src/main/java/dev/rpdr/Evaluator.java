package dev.rpdr;

import java.util.List;

/** Compares rankings with gold. Implementations are thread-safe and deterministic. */
public interface Evaluator {
  /** Judges one ranking. */
  Evaluation.Judgement judge(LabelledMention labelled, Ranking ranking);

  /**
   * Judges one ranking for each mention of a dataset and sums up.
   *
   * @param rankings one for each mention of {@code dataset}, in its order
   * @throws IllegalArgumentException if the sizes differ, a ranking is for another text, or the
   *     dataset is empty
   */
  Evaluation evaluate(Dataset dataset, List<Ranking> rankings);
}
