package dev.rpdr.eval;

/**
 * What a system was allowed to know when it was scored. Scores of different protocols are different
 * experiments: on Ask A Patient, character n-grams alone reach Acc@1 .57 under {@link #LABELS_ONLY}
 * and .82 under {@link #LABELS_PLUS_TRAIN_ALIASES}, above every system of the RPDR paper's table,
 * which is made under the former.
 */
public enum Protocol {
  /**
   * The knowledge base holds each concept's preferred name and nothing else; no human label of a
   * training mention is used. The RPDR paper's Ask A Patient protocol: 1036 names.
   */
  LABELS_ONLY,

  /**
   * The knowledge base holds each concept's preferred name and the synonyms that its terminology
   * publishes; no human label of a training mention is used.
   */
  LABELS_PLUS_SYNONYMS,

  /**
   * Labelled training mentions are further names of their concepts, as BioSyn, fine-tuned SapBERT,
   * GenBioEL and ANGEL are usually scored. A mention that was seen in training is then a look-up.
   */
  LABELS_PLUS_TRAIN_ALIASES,

  /**
   * Training mentions are further names of the concepts that a teacher ranked first for them; no
   * human label is used.
   */
  LABELS_PLUS_TEACHER_ALIASES,

  /**
   * The candidates come from elsewhere, as a file, and the system only orders them: it can neither
   * find what they lack nor be compared with systems that search for themselves.
   */
  GIVEN_CANDIDATES
}
