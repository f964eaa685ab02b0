package dev.rpdr.distill;

import dev.rpdr.distill.llm.LlmForm;
import dev.rpdr.distill.llm.LlmStudent;
import dev.rpdr.distill.llm.RankingTemplate;
import dev.rpdr.nn.Pooling;
import dev.rpdr.nn.causal.Precision;
import java.nio.file.Path;
import java.util.Objects;

/** What a student of each kind must know about its model. */
public sealed interface StudentSettings {
  /** The kind of student. */
  StudentKind kind();

  /** How many tokens a text (or pair of texts) has at most, special tokens included; 8 to 8192. */
  int maxTokens();

  /** Settings of a student with an ONNX graph. */
  sealed interface OfGraph extends StudentSettings {
    /** How token vectors become one. */
    Pooling pooling();
  }

  /**
   * Settings of a {@link BiEncoderStudent}.
   *
   * @param pooling how token vectors become the text's vector
   * @param normalise whether vectors have length 1, so that the score is a cosine
   * @param maxTokens longer texts are cut; 8 to 8192
   */
  record BiEncoder(Pooling pooling, boolean normalise, int maxTokens) implements OfGraph {
    public BiEncoder {
      Objects.requireNonNull(pooling, "pooling");
      requireRoom(maxTokens);
    }

    @Override
    public StudentKind kind() {
      return StudentKind.BI_ENCODER;
    }
  }

  /**
   * Settings of a {@link CrossEncoderStudent}.
   *
   * @param pooling what the scoring head reads; already part of the graph
   * @param maxTokens longer pairs are cut, the longer text first; 8 to 8192
   * @param symmetric whether a pair is scored in both orders and the mean taken
   * @param retrieverWeight how much the order of the request counts: a candidate at place p (0 is
   *     the best) gets {@code retrieverWeight / (p + 1)} on top of its score; finite, ≥ 0
   */
  record CrossEncoder(Pooling pooling, int maxTokens, boolean symmetric, double retrieverWeight)
      implements OfGraph {
    public CrossEncoder {
      Objects.requireNonNull(pooling, "pooling");
      requireRoom(maxTokens);
      requireWeight(retrieverWeight);
    }

    @Override
    public StudentKind kind() {
      return StudentKind.CROSS_ENCODER;
    }

    /** These settings with another weight of the request's order. */
    public CrossEncoder withRetrieverWeight(double weight) {
      return new CrossEncoder(pooling, maxTokens, symmetric, weight);
    }
  }

  /**
   * Settings of a {@link ListwiseStudent}.
   *
   * @param maxTokens the most tokens of an input; longer lists are spread over several; 8 to 8192
   * @param permutations in how many orders a request is read, whose scores are averaged; 1 to 64
   * @param retrieverWeight how much the order of the request counts: a candidate at place p (0 is
   *     the best) gets {@code retrieverWeight / (p + 1)} on top of its score; finite, ≥ 0
   */
  record Listwise(int maxTokens, int permutations, double retrieverWeight)
      implements StudentSettings {
    public Listwise {
      requireRoom(maxTokens);
      requireWeight(retrieverWeight);
      if (permutations < 1 || permutations > 64) {
        throw new IllegalArgumentException("permutations must be 1 to 64, not " + permutations);
      }
    }

    @Override
    public StudentKind kind() {
      return StudentKind.LISTWISE;
    }
  }

  /**
   * Settings of a {@link LlmStudent}.
   *
   * @param template the wording, the language and the form
   * @param priorWeight what of a name's likelihood as the answer to nothing is taken off its score;
   *     at least 0, and above 0 only for {@link LlmForm#NAME_LIKELIHOOD} without candidates in the
   *     prompt
   * @param maxTokens the most tokens of a prompt and its answer; 8 to 8192
   * @param precision what the base model's weights were held in when it was distilled, and are held
   *     in when it ranks
   * @param checkpoint where the base model lies
   * @param checkpointSha256 the hash that it must have
   */
  record Llm(
      RankingTemplate template,
      double priorWeight,
      int maxTokens,
      Precision precision,
      Path checkpoint,
      String checkpointSha256)
      implements StudentSettings {
    public Llm {
      Objects.requireNonNull(template, "template");
      Objects.requireNonNull(precision, "precision");
      Objects.requireNonNull(checkpoint, "checkpoint");
      requireRoom(maxTokens);
      boolean hasPrior = template.form() == LlmForm.NAME_LIKELIHOOD && !template.candidates();
      if (!(priorWeight >= 0) || Double.isInfinite(priorWeight) || (priorWeight > 0 && !hasPrior)) {
        throw new IllegalArgumentException(
            "priorWeight must be a finite number >= 0, and 0 but for name-likelihood without"
                + " candidates in the prompt, not "
                + priorWeight);
      }
      if (!checkpointSha256.matches("[0-9a-f]{64}")) {
        throw new IllegalArgumentException(
            "checkpointSha256 must be 64 lower-case hexadecimal digits, not '"
                + checkpointSha256
                + "'");
      }
    }

    @Override
    public StudentKind kind() {
      return StudentKind.LLM;
    }
  }

  private static void requireWeight(double retrieverWeight) {
    if (!(retrieverWeight >= 0) || Double.isInfinite(retrieverWeight)) {
      throw new IllegalArgumentException(
          "retrieverWeight must be a finite number >= 0, not " + retrieverWeight);
    }
  }

  private static void requireRoom(int maxTokens) {
    if (maxTokens < 8 || maxTokens > 8192) {
      throw new IllegalArgumentException("maxTokens must be 8 to 8192, not " + maxTokens);
    }
  }
}
