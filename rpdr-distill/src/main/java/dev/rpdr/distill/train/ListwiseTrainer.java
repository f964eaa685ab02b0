package dev.rpdr.distill.train;

import dev.rpdr.ProgressListener;
import dev.rpdr.Provenance;
import dev.rpdr.StudentTrainer;
import dev.rpdr.TrainingSet;
import dev.rpdr.distill.ListwiseStudent;
import dev.rpdr.distill.StudentSettings;
import dev.rpdr.nn.ListTokenizer;
import dev.rpdr.nn.ModelFiles;
import dev.rpdr.nn.TextTokenizer;
import dev.rpdr.nn.train.TrainingOptions;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Trains a {@link ListwiseStudent} on a teacher's rankings by a listwise loss: the candidates of a
 * ranking are read together with the mention, in an order drawn anew each epoch.
 *
 * <p>It starts from any ONNX encoder; a folder of a listwise student is trained on with its head.
 * Checkpoints, continuation, determinism and stages are those of {@link CrossEncoderTrainer}.
 *
 * <p>Immutable and thread-safe; two trainings must not share a folder.
 */
public final class ListwiseTrainer implements StudentTrainer {
  private final ModelFiles base;
  private final ListwiseOptions options;

  private ListwiseTrainer(ModelFiles base, ListwiseOptions options) {
    this.base = Objects.requireNonNull(base, "base");
    this.options = Objects.requireNonNull(options, "options");
  }

  /**
   * A trainer.
   *
   * @param base the encoder to start from
   * @param options how to train
   */
  public static ListwiseTrainer of(ModelFiles base, ListwiseOptions options) {
    return new ListwiseTrainer(base, options);
  }

  /** How it trains. */
  public ListwiseOptions options() {
    return options;
  }

  @Override
  public ListwiseStudent train(TrainingSet trainingSet, Path folder, ProgressListener progress) {
    new ListTraining<>(base, options.course(), new Lists(options))
        .run(trainingSet, folder, progress);
    return ListwiseStudent.open(folder);
  }

  /** A mention with all of its candidates. */
  private record Lists(ListwiseOptions chosen) implements ListTraining.Kind<ListwiseInput> {
    @Override
    public StudentSettings settings() {
      return chosen.student();
    }

    @Override
    public String options() {
      return chosen.withPermutations(1).withRetrieverWeight(0).toString();
    }

    @Override
    public Provenance facts() {
      return chosen.facts();
    }

    @Override
    public boolean hasHead(String name, StudentSettings student) {
      return student instanceof StudentSettings.Listwise;
    }

    @Override
    public ListReader<ListwiseInput> reader(TextTokenizer tokenizer) {
      return new ListwiseReader(ListTokenizer.of(tokenizer));
    }

    @Override
    public ListGraph<ListwiseInput> open(
        byte[] onnx, TrainingOptions training, TextTokenizer tokenizer, boolean hasHead) {
      return ListwiseGraph.open(onnx, training, tokenizer, hasHead);
    }
  }
}
