package dev.rpdr.cli.experiment;

import static dev.rpdr.cli.experiment.ExperimentConfig.check;
import static dev.rpdr.cli.experiment.ExperimentConfig.required;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.rpdr.StudentReranker;
import dev.rpdr.StudentTrainer;
import dev.rpdr.distill.llm.LlmForm;
import dev.rpdr.distill.llm.LlmStudent;
import dev.rpdr.distill.llm.RankingTemplate;
import dev.rpdr.distill.train.BiEncoderStudentTrainer;
import dev.rpdr.distill.train.CrossEncoderOptions;
import dev.rpdr.distill.train.CrossEncoderTrainer;
import dev.rpdr.distill.train.ListLoss;
import dev.rpdr.distill.train.ListSampling;
import dev.rpdr.distill.train.ListwiseOptions;
import dev.rpdr.distill.train.ListwiseTrainer;
import dev.rpdr.distill.train.LlmOptions;
import dev.rpdr.nn.EncoderOptions;
import dev.rpdr.nn.ModelFiles;
import dev.rpdr.nn.Pooling;
import dev.rpdr.nn.causal.LoraTrainer;
import dev.rpdr.nn.causal.Precision;
import dev.rpdr.nn.train.LoraOptions;
import dev.rpdr.nn.train.TrainingOptions;
import dev.rpdr.retriever.train.BiEncoderTrainer;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A student. Keys that are absent keep the trainer's own defaults. {@code base} is {@code
 * maven:NAME}, a folder, or {@code student:NAME} for a student that stands before this one; {@code
 * teach} names the teacher record it learns from.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = StudentConfig.BiEncoder.class, name = "bi-encoder"),
  @JsonSubTypes.Type(value = StudentConfig.CrossEncoder.class, name = "cross-encoder"),
  @JsonSubTypes.Type(value = StudentConfig.Listwise.class, name = "listwise"),
  @JsonSubTypes.Type(value = StudentConfig.Llm.class, name = "llm"),
  @JsonSubTypes.Type(value = StudentConfig.Soup.class, name = "soup")
})
sealed interface StudentConfig {
  String STUDENT = "student:";

  /** The student that this one starts from, or null. */
  @Nullable String baseStudent();

  /** A student that is trained. */
  sealed interface Trained extends StudentConfig {
    String base();

    String teach();

    /** What it learns beside the teacher's rankings, or null. */
    @Nullable Knowledge knowledge();

    @Override
    default @Nullable String baseStudent() {
      return base().startsWith(STUDENT) ? base().substring(STUDENT.length()) : null;
    }
  }

  /**
   * The mean of the weights of several trainings that differ by their seed.
   *
   * @param of a trained student that stands before this one; the first member
   * @param members how many there are, ≥ 2; their seeds follow on that of the run
   */
  record Soup(String of, int members) implements StudentConfig {
    public Soup {
      required(of, "students.of");
      check(members >= 2, "students.members must be >= 2, not " + members);
    }

    @Override
    public String baseStudent() {
      return of;
    }
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

  /**
   * A low-rank adapter in place of training all weights; see {@link LoraOptions}.
   *
   * @param alpha twice the rank where only that is given
   * @param targets a regular expression searched for in the names of weights
   */
  record Lora(
      @Nullable Integer rank,
      @Nullable Double alpha,
      @Nullable Double dropout,
      @Nullable String targets) {
    /** These keys, and the others as they are in {@code defaults}. */
    LoraOptions over(LoraOptions defaults) {
      double scale = rank == null ? defaults.alpha() : 2.0 * rank;
      return new LoraOptions(
          rank == null ? defaults.rank() : rank,
          alpha == null ? scale : alpha,
          dropout == null ? defaults.dropout() : dropout,
          targets == null ? defaults.pattern() : targets);
    }
  }

  /** A student that starts from an encoder's files. */
  sealed interface OfEncoder extends Trained {
    /** What is done about its teacher's mistakes, or null. */
    @Nullable NoiseConfig noise();

    /** Mentions that other students rank for it, or null. */
    @Nullable PseudoLabelConfig pseudoLabels();

    /** A trainer with these settings. */
    StudentTrainer trainer(ModelFiles files, long seed);
  }

  /** A bi-encoder; see {@link BiEncoderTrainer.Options} for ranges and defaults. */
  record BiEncoder(
      String base,
      String teach,
      @Nullable Knowledge knowledge,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable NoiseConfig noise,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable PseudoLabelConfig pseudoLabels,
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
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Double labelSmoothing,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Lora lora,
      @Nullable Double validationShare,
      @Nullable Boolean keepBestEpoch)
      implements OfEncoder {
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
      options = labelSmoothing == null ? options : options.withLabelSmoothing(labelSmoothing);
      options = lora == null ? options : options.withLora(lora.over(LoraOptions.QUERY_VALUE));
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
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable NoiseConfig noise,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable PseudoLabelConfig pseudoLabels,
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
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Double labelSmoothing,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Lora lora,
      @Nullable Double validationShare)
      implements OfEncoder {
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
      options =
          labelSmoothing == null
              ? options
              : options.withLoss(options.loss().smoothed(labelSmoothing));
      options = lora == null ? options : options.withLora(lora.over(LoraOptions.QUERY_VALUE));
      options = symmetric == null ? options : options.withSymmetric(symmetric);
      options = retrieverWeight == null ? options : options.withRetrieverWeight(retrieverWeight);
      options = validationShare == null ? options : options.withValidationShare(validationShare);
      return CrossEncoderTrainer.of(files, options);
    }
  }

  /** A listwise student; see {@link ListwiseOptions} for ranges and defaults. */
  record Listwise(
      String base,
      String teach,
      @Nullable Knowledge knowledge,
      @Nullable NoiseConfig noise,
      @Nullable PseudoLabelConfig pseudoLabels,
      @Nullable Integer maxTokens,
      @Nullable Integer permutations,
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
      @Nullable Double retrieverWeight,
      @Nullable Double labelSmoothing,
      @Nullable Double validationShare)
      implements OfEncoder {
    public Listwise {
      required(base, "students.base");
      required(teach, "students.teach");
    }

    @Override
    public StudentTrainer trainer(ModelFiles files, long seed) {
      return ListwiseTrainer.of(files, options(seed));
    }

    /** How it is distilled. */
    ListwiseOptions options(long seed) {
      ListwiseOptions options = ListwiseOptions.defaults().withSeed(seed);
      options = maxTokens == null ? options : options.withMaxTokens(maxTokens);
      options = permutations == null ? options : options.withPermutations(permutations);
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
      TrainingOptions training = options.training();
      training = warmUp == null ? training : training.withWarmupShare(warmUp);
      training = weightDecay == null ? training : training.withWeightDecay(weightDecay);
      training = dropout == null ? training : training.withDropout(dropout);
      options = options.withTraining(training);
      options = retrieverWeight == null ? options : options.withRetrieverWeight(retrieverWeight);
      options =
          labelSmoothing == null
              ? options
              : options.withLoss(options.loss().smoothed(labelSmoothing));
      return validationShare == null ? options : options.withValidationShare(validationShare);
    }
  }

  /**
   * An open language model; see {@link LlmOptions} for ranges and defaults.
   *
   * @param base the checkpoint, relative to the data's folder
   * @param untrained whether the checkpoint ranks as it is, to compare with
   * @param form name-likelihood, ranked-list, letters or scoring-head
   * @param showsCandidates whether prompts list the candidates; where absent, only if the form
   *     needs it
   * @param lora the adapter; keys that are absent are those of {@link LoraTrainer#QUERY_VALUE}
   * @param precision f32, f16 or bf16; f32 where absent
   */
  record Llm(
      String base,
      String teach,
      @Nullable Knowledge knowledge,
      boolean untrained,
      String form,
      @Nullable Boolean showsCandidates,
      @Nullable Double priorWeight,
      @Nullable Integer maxTokens,
      @Nullable Integer epochs,
      @Nullable Double learningRate,
      @Nullable Integer batchLists,
      @Nullable String loss,
      @Nullable Integer candidatesPerList,
      @Nullable Integer teacherBest,
      @Nullable Lora lora,
      @Nullable String device,
      @Nullable String precision)
      implements Trained {
    public Llm {
      required(base, "students.base");
      required(teach, "students.teach");
      required(form, "students.form");
    }

    /** How it is distilled. */
    LlmOptions options(long seed) {
      LlmForm wanted = LlmForm.of(form);
      LlmOptions options = LlmOptions.of(wanted).withSeed(seed);
      if (showsCandidates != null) {
        options =
            options.withTemplate(
                new RankingTemplate(RankingTemplate.Language.ENGLISH, wanted, showsCandidates));
      }
      options = priorWeight == null ? options : options.withPriorWeight(priorWeight);
      options = maxTokens == null ? options : options.withMaxTokens(maxTokens);
      options = epochs == null ? options : options.withEpochs(epochs);
      options = learningRate == null ? options : options.withLearningRate(learningRate);
      options = loss == null ? options : options.withLoss(ListLoss.of(loss));
      options =
          batchLists == null
              ? options
              : options.withTraining(options.training().withAccumulation(batchLists));
      options = lora == null ? options : options.withLora(lora.over(LoraTrainer.QUERY_VALUE));
      options = device == null ? options : options.withDevice(device);
      options = precision == null ? options : options.withPrecision(Precision.of(precision));
      ListSampling sampling = options.sampling();
      return options.withSampling(
          new ListSampling(
              candidatesPerList == null ? sampling.candidates() : candidatesPerList,
              teacherBest == null ? sampling.teacherBest() : teacherBest,
              0));
    }

    /** The checkpoint as it is. */
    StudentReranker open(Path checkpoint, long seed) {
      LlmOptions options = options(seed);
      return LlmStudent.untrained(
          checkpoint,
          options.template(),
          options.priorWeight(),
          options.maxTokens(),
          options.precision(),
          options.run());
    }
  }
}
