package dev.rpdr;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a chat model is asked for a ranking and its answer is read, whoever the model and wherever it
 * runs. What a student was trained on and what it is asked when served are the same dialogue.
 * Implementations are immutable and thread-safe.
 */
public interface RankingDialogue {
  /** The system message; empty where there is none. */
  String system();

  /**
   * The user's message.
   *
   * @return nothing where such a request cannot be asked for; {@link #read} of no answer then says
   *     why
   */
  Optional<String> user(CandidateList request);

  /**
   * The answers that are allowed, as a grammar in GBNF, which llama.cpp and vLLM hold a model to.
   *
   * @param request one that can be asked for
   */
  String grammar(CandidateList request);

  /**
   * A bound on the UTF-8 bytes of an allowed answer, and so on its tokens.
   *
   * @param request one that can be asked for
   */
  int longestAnswer(CandidateList request);

  /**
   * What an answer says. Never throws, whatever the answer.
   *
   * @param answer what the model wrote, or null where it wrote nothing
   * @return all candidates of the request; where the answer is not one that is allowed, the outcome
   *     says what is wrong with it
   */
  Ranking read(@Nullable String answer, CandidateList request);

  /** What decides questions and readings, for provenance. */
  String identity();
}
