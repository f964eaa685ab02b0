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
import java.util.function.BiFunction;
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
    @Nullable KnowledgeConfig knowledge();

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
      @Nullable KnowledgeConfig knowledge,
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
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable LoraConfig lora,
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
      options = given(options, epochs, BiEncoderTrainer.Options::withEpochs);
      options = given(options, learningRate, BiEncoderTrainer.Options::withLearningRate);
      options = given(options, batchSize, BiEncoderTrainer.Options::withBatchSize);
      options = given(options, temperature, BiEncoderTrainer.Options::withTemperature);
      options = given(options, secondPlaceWeight, BiEncoderTrainer.Options::withSecondPlaceWeight);
      options =
          options.withOptimisation(training(options.optimisation(), warmUp, weightDecay, dropout));
      options = given(options, candidatesPerExample, BiEncoderTrainer.Options::withCandidates);
      options = given(options, randomCandidates, BiEncoderTrainer.Options::withRandomCandidates);
      options = given(options, labelSmoothing, BiEncoderTrainer.Options::withLabelSmoothing);
      options = given(options, lora, (o, keys) -> o.withLora(keys.over(LoraOptions.QUERY_VALUE)));
      options = given(options, validationShare, BiEncoderTrainer.Options::withValidationShare);
      options = given(options, keepBestEpoch, BiEncoderTrainer.Options::withKeepBestEpoch);
      return BiEncoderStudentTrainer.of(files, options);
    }
  }

  /** A cross-encoder; see {@link CrossEncoderOptions} for ranges and defaults. */
  record CrossEncoder(
      String base,
      String teach,
      @Nullable KnowledgeConfig knowledge,
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
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable LoraConfig lora,
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
      options = given(options, maxTokens, CrossEncoderOptions::withMaxTokens);
      options = given(options, epochs, CrossEncoderOptions::withEpochs);
      options = given(options, learningRate, CrossEncoderOptions::withLearningRate);
      options = given(options, batchLists, CrossEncoderOptions::withBatchLists);
      options = given(options, loss, (o, text) -> o.withLoss(ListLoss.of(text)));
      options =
          options.withSampling(
              sampling(options.sampling(), candidatesPerList, teacherBest, randomCandidates));
      options = options.withTraining(training(options.training(), warmUp, weightDecay, dropout));
      options = given(options, labelSmoothing, (o, share) -> o.withLoss(o.loss().smoothed(share)));
      options = given(options, lora, (o, keys) -> o.withLora(keys.over(LoraOptions.QUERY_VALUE)));
      options = given(options, symmetric, CrossEncoderOptions::withSymmetric);
      options = given(options, retrieverWeight, CrossEncoderOptions::withRetrieverWeight);
      options = given(options, validationShare, CrossEncoderOptions::withValidationShare);
      return CrossEncoderTrainer.of(files, options);
    }
  }

  /** A listwise student; see {@link ListwiseOptions} for ranges and defaults. */
  record Listwise(
      String base,
      String teach,
      @Nullable KnowledgeConfig knowledge,
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
      options = given(options, maxTokens, ListwiseOptions::withMaxTokens);
      options = given(options, permutations, ListwiseOptions::withPermutations);
      options = given(options, epochs, ListwiseOptions::withEpochs);
      options = given(options, learningRate, ListwiseOptions::withLearningRate);
      options = given(options, batchLists, ListwiseOptions::withBatchLists);
      options = given(options, loss, (o, text) -> o.withLoss(ListLoss.of(text)));
      options =
          options.withSampling(
              sampling(options.sampling(), candidatesPerList, teacherBest, randomCandidates));
      options = options.withTraining(training(options.training(), warmUp, weightDecay, dropout));
      options = given(options, retrieverWeight, ListwiseOptions::withRetrieverWeight);
      options = given(options, labelSmoothing, (o, share) -> o.withLoss(o.loss().smoothed(share)));
      return given(options, validationShare, ListwiseOptions::withValidationShare);
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
      @Nullable KnowledgeConfig knowledge,
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
      @Nullable LoraConfig lora,
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
      options = given(options, priorWeight, LlmOptions::withPriorWeight);
      options = given(options, maxTokens, LlmOptions::withMaxTokens);
      options = given(options, epochs, LlmOptions::withEpochs);
      options = given(options, learningRate, LlmOptions::withLearningRate);
      options = given(options, loss, (o, text) -> o.withLoss(ListLoss.of(text)));
      options =
          given(
              options,
              batchLists,
              (o, lists) -> o.withTraining(o.training().withAccumulation(lists)));
      options = given(options, lora, (o, keys) -> o.withLora(keys.over(LoraTrainer.QUERY_VALUE)));
      options = given(options, device, LlmOptions::withDevice);
      options = given(options, precision, (o, name) -> o.withPrecision(Precision.of(name)));
      return options.withSampling(sampling(options.sampling(), candidatesPerList, teacherBest, 0));
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

  /** Options with what a file gives for one of them, or as they are where it gives nothing. */
  private static <O, V> O given(O options, @Nullable V value, BiFunction<O, V, O> with) {
    return value == null ? options : with.apply(options, value);
  }

  private static TrainingOptions training(
      TrainingOptions defaults,
      @Nullable Double warmUp,
      @Nullable Double weightDecay,
      @Nullable Double dropout) {
    TrainingOptions training = given(defaults, warmUp, TrainingOptions::withWarmupShare);
    training = given(training, weightDecay, TrainingOptions::withWeightDecay);
    return given(training, dropout, TrainingOptions::withDropout);
  }

  private static ListSampling sampling(
      ListSampling defaults,
      @Nullable Integer candidates,
      @Nullable Integer teacherBest,
      @Nullable Integer random) {
    return new ListSampling(
        candidates == null ? defaults.candidates() : candidates,
        teacherBest == null ? defaults.teacherBest() : teacherBest,
        random == null ? defaults.random() : random);
  }
}
