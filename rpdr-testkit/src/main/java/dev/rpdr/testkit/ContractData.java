package dev.rpdr.testkit;

import dev.rpdr.Candidate;
import dev.rpdr.CandidateList;
import dev.rpdr.Entity;
import dev.rpdr.KnowledgeBase;
import dev.rpdr.Mention;
import java.util.ArrayList;
import java.util.List;

/**
 * The small world that the contracts use unless told otherwise: findings of the eye and of general
 * medicine under made-up ids. Two concepts share a name, as happens in real terminologies, so that
 * every retriever meets a tie.
 */
public final class ContractData {
  /** The name that two concepts share. */
  static final String SHARED_NAME = "neck pain";

  /** The ids of the concepts that share {@link #SHARED_NAME}, in order. */
  static final List<String> SHARED_IDS = List.of("X205", "X31");

  private static final List<Entity> ENTITIES =
      List.of(
          Entity.of("X31", SHARED_NAME),
          Entity.of("X205", SHARED_NAME),
          Entity.of("X1", "myocardial infarction", "heart attack"),
          Entity.of("X2", "hypertension", "high blood pressure"),
          Entity.of("X3", "headache", "pain in head"),
          Entity.of("X4", "migraine"),
          Entity.of("X5", "nausea", "feeling sick"),
          Entity.of("X6", "vomiting", "throwing up"),
          Entity.of("X7", "insomnia", "cannot sleep"),
          Entity.of("X8", "cataract", "clouded lens"),
          Entity.of("X9", "glaucoma"),
          Entity.of("X10", "diabetic retinopathy"),
          Entity.of("X11", "dry eye", "eye dryness"),
          Entity.of("X12", "conjunctivitis", "pink eye"),
          Entity.of("X13", "cramp in lower limb", "leg cramp"),
          Entity.of("X14", "fatigue", "tiredness"),
          Entity.of("X15", "白内障", "晶状体混浊"),
          Entity.of("X16", "青光眼"));

  private ContractData() {}

  /** 18 concepts, English and Chinese, two of them with the same name. */
  public static KnowledgeBase knowledgeBase() {
    return KnowledgeBase.of(ENTITIES);
  }

  /**
   * Mentions as people write them: with and without context, other letters, punctuation alone, a
   * text far longer than a model's input, a repeat.
   */
  public static List<Mention> mentions() {
    return List.of(
        Mention.of("heart attack"),
        Mention.of("Neck Pain"),
        Mention.in("I had severe leg cramps all night.", 13, 22),
        Mention.of("老年性白内障").withId("zh-1"),
        Mention.of("!!"),
        Mention.of("trouble sleeping 😴"),
        Mention.of("very tired ".repeat(500).strip()),
        Mention.of("m/s"),
        Mention.of("heart attack"));
  }

  /** One request a mention of {@link #mentions()}, of 1 to 9 candidates, scores falling by 1. */
  public static List<CandidateList> requests() {
    List<Mention> mentions = mentions();
    List<CandidateList> requests = new ArrayList<>();
    for (int i = 0; i < mentions.size(); i++) {
      List<Candidate> candidates = new ArrayList<>();
      for (int c = 0; c <= i; c++) {
        candidates.add(new Candidate(ENTITIES.get((5 * i + c) % ENTITIES.size()), -c));
      }
      requests.add(new CandidateList(mentions.get(i), candidates));
    }
    return List.copyOf(requests);
  }

  /** These requests and the first of them once more, for batches that drop repeats. */
  static List<CandidateList> withARepeat(List<CandidateList> requests) {
    List<CandidateList> more = new ArrayList<>(requests);
    more.add(requests.get(0));
    return List.copyOf(more);
  }
}
