package dev.rpdr.cli.experiment;

import static dev.rpdr.cli.experiment.ExperimentConfig.required;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.rpdr.StudentTrainer;
import dev.rpdr.distill.train.BiEncoderStudentTrainer;
import dev.rpdr.distill.train.CrossEncoderOptions;
import dev.rpdr.distill.train.CrossEncoderTrainer;
import dev.rpdr.distill.train.ListLoss;
import dev.rpdr.distill.train.ListSampling;
import dev.rpdr.nn.EncoderOptions;
import dev.rpdr.nn.ModelFiles;
import dev.rpdr.nn.Pooling;
import dev.rpdr.retriever.train.BiEncoderTrainer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A student to train. Keys that are absent keep the trainer's own defaults. {@code base} is {@code
 * maven:NAME}, a folder, or {@code student:NAME} for a student that stands before this one; {@code
 * teach} names the teacher record it learns from.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = StudentConfig.BiEncoder.class, name = "bi-encoder"),
  @JsonSubTypes.Type(value = StudentConfig.CrossEncoder.class, name = "cross-encoder")
})
sealed interface StudentConfig {
  String STUDENT = "student:";

  String base();

  String teach();

  /** What it learns beside the teacher's rankings, or null. */
  @Nullable Knowledge knowledge();

  /** A trainer with these settings. */
  StudentTrainer trainer(ModelFiles files, long seed);

  /** The student that this one starts from, or null. */
  default @Nullable String baseStudent() {
    return base().startsWith(STUDENT) ? base().substring(STUDENT.length()) : null;
  }

  /**
   * Open synonyms to learn.
   *
   * @param of the terminologies, by their names in the experiment
   * @param mostPerEntity how many synonyms of an entity at most; 10 where absent
   * @param candidates how many candidates each has, the right one included; 8 where absent
   * @param analysis how the wrong ones are found; char-wb where absent
   */
  record Knowledge(List<String> of, int mostPerEntity, int candidates, String analysis) {
    public Knowledge {
      required(of, "students.knowledge.of");
      of = List.copyOf(of);
      mostPerEntity = mostPerEntity == 0 ? 10 : mostPerEntity;
      candidates = candidates == 0 ? 8 : candidates;
      analysis = analysis == null ? "char-wb" : analysis;
    }
  }

  /** A bi-encoder; see {@link BiEncoderTrainer.Options} for ranges and defaults. */
  record BiEncoder(
      String base,
      String teach,
      @Nullable Knowledge knowledge,
      Pooling pooling,
      @Nullable Integer maxTokens,
      @Nullable Integer epochs,
      @Nullable Double learningRate,
      @Nullable Integer batchSize,
      @Nullable Double temperature,
      @Nullable Double secondPlaceWeight,
      @Nullable Double warmUp,
      @Nullable Double weightDecay,
      @Nullable Double dropout,
      @Nullable Integer candidatesPerExample,
      @Nullable Integer randomCandidates,
      @Nullable Double validationShare,
      @Nullable Boolean keepBestEpoch)
      implements StudentConfig {
    public BiEncoder {
      required(base, "students.base");
      required(teach, "students.teach");
      required(pooling, "students.pooling");
    }

    @Override
    public StudentTrainer trainer(ModelFiles files, long seed) {
      EncoderOptions encoder =
          pooling == Pooling.CLS ? EncoderOptions.cls() : EncoderOptions.mean();
      BiEncoderTrainer.Options options =
          BiEncoderTrainer.Options.of(encoder.withMaxTokens(maxTokens == null ? 32 : maxTokens))
              .withSeed(seed);
      options = epochs == null ? options : options.withEpochs(epochs);
      options = learningRate == null ? options : options.withLearningRate(learningRate);
      options = batchSize == null ? options : options.withBatchSize(batchSize);
      options = temperature == null ? options : options.withTemperature(temperature);
      options =
          secondPlaceWeight == null ? options : options.withSecondPlaceWeight(secondPlaceWeight);
      options = warmUp == null ? options : options.withWarmupShare(warmUp);
      options =
          weightDecay == null
              ? options
              : options.withOptimisation(options.optimisation().withWeightDecay(weightDecay));
      options =
          dropout == null
              ? options
              : options.withOptimisation(options.optimisation().withDropout(dropout));
      options =
          candidatesPerExample == null ? options : options.withCandidates(candidatesPerExample);
      options = randomCandidates == null ? options : options.withRandomCandidates(randomCandidates);
      options = validationShare == null ? options : options.withValidationShare(validationShare);
      options = keepBestEpoch == null ? options : options.withKeepBestEpoch(keepBestEpoch);
      return BiEncoderStudentTrainer.of(files, options);
    }
  }

  /** A cross-encoder; see {@link CrossEncoderOptions} for ranges and defaults. */
  record CrossEncoder(
      String base,
      String teach,
      @Nullable Knowledge knowledge,
      Pooling pooling,
      @Nullable Integer maxTokens,
      @Nullable Integer epochs,
      @Nullable Double learningRate,
      @Nullable Integer batchLists,
      @Nullable String loss,
      @Nullable Integer candidatesPerList,
      @Nullable Integer teacherBest,
      @Nullable Integer randomCandidates,
      @Nullable Double warmUp,
      @Nullable Double weightDecay,
      @Nullable Double dropout,
      @Nullable Boolean symmetric,
      @Nullable Double retrieverWeight,
      @Nullable Double validationShare)
      implements StudentConfig {
    public CrossEncoder {
      required(base, "students.base");
      required(teach, "students.teach");
      required(pooling, "students.pooling");
    }

    @Override
    public StudentTrainer trainer(ModelFiles files, long seed) {
      CrossEncoderOptions options =
          CrossEncoderOptions.defaults().withPooling(pooling).withSeed(seed);
      options = maxTokens == null ? options : options.withMaxTokens(maxTokens);
      options = epochs == null ? options : options.withEpochs(epochs);
      options = learningRate == null ? options : options.withLearningRate(learningRate);
      options = batchLists == null ? options : options.withBatchLists(batchLists);
      options = loss == null ? options : options.withLoss(ListLoss.of(loss));
      ListSampling sampling = options.sampling();
      options =
          options.withSampling(
              new ListSampling(
                  candidatesPerList == null ? sampling.candidates() : candidatesPerList,
                  teacherBest == null ? sampling.teacherBest() : teacherBest,
                  randomCandidates == null ? sampling.random() : randomCandidates));
      options =
          warmUp == null
              ? options
              : options.withTraining(options.training().withWarmupShare(warmUp));
      options =
          weightDecay == null
              ? options
              : options.withTraining(options.training().withWeightDecay(weightDecay));
      options =
          dropout == null ? options : options.withTraining(options.training().withDropout(dropout));
      options = symmetric == null ? options : options.withSymmetric(symmetric);
      options = retrieverWeight == null ? options : options.withRetrieverWeight(retrieverWeight);
      options = validationShare == null ? options : options.withValidationShare(validationShare);
      return CrossEncoderTrainer.of(files, options);
    }
  }
}
