package dev.rpdr.distill.train;

import dev.rpdr.ProgressListener;
import dev.rpdr.Provenance;
import dev.rpdr.StudentTrainer;
import dev.rpdr.TrainingSet;
import dev.rpdr.distill.CrossEncoderStudent;
import dev.rpdr.distill.StudentSettings;
import dev.rpdr.nn.ModelFiles;
import dev.rpdr.nn.TextTokenizer;
import dev.rpdr.nn.TokenSequence;
import dev.rpdr.nn.train.TrainingOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * Trains a {@link CrossEncoderStudent} on a teacher's rankings by a listwise loss (as RankGPT and
 * Rank-DistiLLM distil rankings of language models into cross-encoders: Sun et al., EMNLP 2023;
 * Schlatt et al., 2024).
 *
 * <p>It starts from any ONNX encoder; one that was fine-tuned on the same rankings as a bi-encoder
 * starts further. A folder of a cross-encoder student is trained on with its head.
 *
 * <p>After each epoch the model is kept in a folder {@code NAME.training} beside the student's; a
 * training that broke off goes on after its last finished epoch when the same call is made again
 * (AdamW's means start anew and with LoRA the head stays as it was, so that its student is a little
 * different; the provenance then holds {@code continued-after-epoch}). The student's folder itself
 * changes at the very end, and the other is removed. The same base, rankings, options and machine
 * give the same student.
 *
 * <p>Immutable and thread-safe; two trainings must not share a folder. Stages told to the listener:
 * {@code train} (steps of all epochs) and {@code validate} (epochs).
 */
public final class CrossEncoderTrainer implements StudentTrainer {
  private final ModelFiles base;
  private final CrossEncoderOptions options;

  private CrossEncoderTrainer(ModelFiles base, CrossEncoderOptions options) {
    this.base = Objects.requireNonNull(base, "base");
    this.options = Objects.requireNonNull(options, "options");
  }

  /**
   * A trainer.
   *
   * @param base the encoder to start from
   * @param options how to train
   */
  public static CrossEncoderTrainer of(ModelFiles base, CrossEncoderOptions options) {
    return new CrossEncoderTrainer(base, options);
  }

  /** How it trains. */
  public CrossEncoderOptions options() {
    return options;
  }

  @Override
  public CrossEncoderStudent train(
      TrainingSet trainingSet, Path folder, ProgressListener progress) {
    new ListTraining<>(base, options.course(), new Pairs(options))
        .run(trainingSet, folder, progress);
    return CrossEncoderStudent.open(folder);
  }

  /** Pairs of a mention and a name, each with a score of its own. */
  private record Pairs(CrossEncoderOptions chosen)
      implements ListTraining.Kind<List<TokenSequence>> {
    @Override
    public StudentSettings settings() {
      return chosen.student();
    }

    @Override
    public String options() {
      return chosen.withStudent(chosen.student().withRetrieverWeight(0)).toString();
    }

    @Override
    public Provenance facts() {
      return chosen.facts();
    }

    @Override
    public boolean hasHead(String name, StudentSettings student) {
      if (!(student instanceof StudentSettings.CrossEncoder trained)) {
        return false;
      }
      if (trained.pooling() != chosen.student().pooling()) {
        throw new IllegalArgumentException(
            "the head of "
                + name
                + " was trained with pooling "
                + trained.pooling()
                + ", so it cannot be trained on with "
                + chosen.student().pooling());
      }
      return true;
    }

    @Override
    public ListReader<List<TokenSequence>> reader(TextTokenizer tokenizer) {
      return new PairReader(tokenizer, chosen.student().symmetric());
    }

    @Override
    public ListGraph<List<TokenSequence>> open(
        byte[] onnx, TrainingOptions training, TextTokenizer tokenizer, boolean hasHead) {
      return hasHead
          ? CrossEncoderGraph.ofCrossEncoder(onnx, training, tokenizer)
          : CrossEncoderGraph.ofEncoder(
              onnx, training, tokenizer, chosen.student(), chosen.activation());
    }
  }
}
