package dev.rpdr.cli;

import dev.rpdr.StudentTrainer;
import dev.rpdr.distill.StudentKind;
import dev.rpdr.distill.llm.LlmForm;
import dev.rpdr.distill.llm.RankingTemplate;
import dev.rpdr.distill.train.BiEncoderStudentTrainer;
import dev.rpdr.distill.train.CrossEncoderOptions;
import dev.rpdr.distill.train.CrossEncoderTrainer;
import dev.rpdr.distill.train.ListLoss;
import dev.rpdr.distill.train.ListSampling;
import dev.rpdr.distill.train.ListwiseOptions;
import dev.rpdr.distill.train.ListwiseTrainer;
import dev.rpdr.distill.train.LlmOptions;
import dev.rpdr.distill.train.LlmStudentTrainer;
import dev.rpdr.nn.EncoderConfig;
import dev.rpdr.nn.EncoderOptions;
import dev.rpdr.nn.ModelFiles;
import dev.rpdr.nn.Pooling;
import dev.rpdr.nn.causal.LoraTrainer;
import dev.rpdr.nn.causal.Precision;
import dev.rpdr.nn.train.LoraOptions;
import dev.rpdr.retriever.train.BiEncoderTrainer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What student is trained and how. What is not said is as the trainer has it. */
final class StudentOptions {
  private static final int MAX_TOKENS_OF_BI_ENCODERS = 32;

  @Option(
      names = "--student",
      paramLabel = "KIND:MODEL",
      description =
          "bi-encoder:MODEL, cross-encoder:MODEL, listwise:MODEL (maven:NAME or an encoder's or"
              + " student's folder) or llm:DIR (a Hugging Face folder or GGUF file)")
  private @Nullable String student;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "how often each ranking is seen (default: the trainer's)")
  private @Nullable Integer epochs;

  @Option(
      names = "--learning-rate",
      paramLabel = "RATE",
      description = "the highest learning rate (default: the trainer's)")
  private @Nullable Double learningRate;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "rankings that make one update (default: the trainer's)")
  private @Nullable Integer batch;

  @Option(
      names = "--loss",
      paramLabel = "LOSS",
      description =
          "not for bi-encoder: list-mle:PLACES, list-net:TEMPERATURE, rank-net, lambda-rank ..."
              + " (default: the trainer's)")
  private @Nullable String loss;

  @Option(
      names = "--candidates",
      paramLabel = "N",
      description = "candidates of a ranking that are seen at once (default: the trainer's)")
  private @Nullable Integer candidates;

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      description = "longer inputs are cut, or left out by llm (default: the trainer's)")
  private @Nullable Integer maxTokens;

  @Option(
      names = "--pooling",
      paramLabel = "mean|cls",
      description =
          "bi-encoder, cross-encoder: how one vector is made of many; a bi-encoder needs it where"
              + " the model's folder does not say")
  private @Nullable Pooling pooling;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "42",
      description = "decides all that is drawn (default: ${DEFAULT-VALUE})")
  private long seed = 42;

  @Option(names = "--device", paramLabel = "DEVICE", description = "cpu (default), cuda or cuda:N")
  private @Nullable String device;

  @Option(
      names = "--form",
      paramLabel = "FORM",
      description =
          "llm and training files: name-likelihood, ranked-list (the paper's), letters or"
              + " scoring-head")
  private @Nullable String form;

  @Option(
      names = "--language",
      paramLabel = "english|chinese",
      description = "llm and training files: what the task is worded in (default: english)")
  private RankingTemplate.@Nullable Language language;

  @Option(
      names = "--show-candidates",
      description = "llm: the prompt lists the candidates, also where the form does without")
  private boolean showCandidates;

  @Option(
      names = "--lora-targets",
      paramLabel = "REGEX",
      description = "llm: projections that get an adapter (default: q_proj|v_proj)")
  private @Nullable String loraTargets;

  @Option(
      names = "--lora-rank",
      paramLabel = "N",
      description = "llm: the adapter's rank; its alpha is twice that (default: 8)")
  private @Nullable Integer loraRank;

  @Option(
      names = "--precision",
      paramLabel = "f32|f16|bf16",
      description = "llm: the type of the frozen weights (default: f32)")
  private @Nullable Precision precision;

  /** A student's kind and the model that it starts from. */
  record Wanted(StudentKind kind, String model) {}

  /** What was asked for, or null. */
  @Nullable Wanted wanted() {
    if (student == null) {
      return null;
    }
    int colon = student.indexOf(':');
    String label = colon < 0 ? student : student.substring(0, colon);
    StudentKind kind =
        StudentKind.of(label)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "--student '"
                            + student
                            + "': there is no kind '"
                            + label
                            + "'; there are "
                            + kinds()
                            + ", each with ':' and a model"));
    String model = colon < 0 ? "" : student.substring(colon + 1);
    if (model.isBlank()) {
      throw new IllegalArgumentException(
          "--student "
              + label
              + " needs a model to start from, such as "
              + label
              + (kind == StudentKind.LLM ? ":models/smollm2" : ":maven:all-minilm-l6-v2"));
    }
    return new Wanted(kind, model);
  }

  long seed() {
    return seed;
  }

  /** A trainer of what was asked for. */
  StudentTrainer trainer(Wanted wanted) {
    requireFitting(wanted.kind());
    return switch (wanted.kind()) {
      case BI_ENCODER -> biEncoder(ModelFiles.parse(wanted.model()));
      case CROSS_ENCODER -> crossEncoder(ModelFiles.parse(wanted.model()));
      case LISTWISE -> listwise(ModelFiles.parse(wanted.model()));
      case LLM -> LlmStudentTrainer.of(Path.of(wanted.model()), llm());
    };
  }

  /** The wording of a language model's task. */
  RankingTemplate template() {
    if (form == null) {
      throw new IllegalArgumentException(
          "--form is needed, what a language model learns to answer: "
              + Arrays.stream(LlmForm.values())
                  .map(LlmForm::label)
                  .collect(Collectors.joining(", "))
              + "; small models learn scoring-head best, the paper's is ranked-list");
    }
    RankingTemplate template = RankingTemplate.of(LlmForm.of(form));
    return new RankingTemplate(
        language == null ? template.language() : language,
        template.form(),
        template.candidates() || showCandidates);
  }

  /** Which candidates of a ranking are seen. */
  ListSampling sampling() {
    return sampling(ListSampling.defaults());
  }

  private ListSampling sampling(ListSampling usual) {
    return candidates == null
        ? usual
        : new ListSampling(candidates, Math.min(usual.teacherBest(), Math.max(1, candidates)), 0);
  }

  private StudentTrainer biEncoder(ModelFiles files) {
    BiEncoderTrainer.Options options =
        BiEncoderTrainer.Options.of(with(encoder(files), maxTokens, EncoderOptions::withMaxTokens))
            .withSeed(seed);
    options = with(options, epochs, BiEncoderTrainer.Options::withEpochs);
    options = with(options, learningRate, BiEncoderTrainer.Options::withLearningRate);
    options = with(options, batch, BiEncoderTrainer.Options::withBatchSize);
    options = with(options, candidates, BiEncoderTrainer.Options::withCandidates);
    options = with(options, device, (o, d) -> o.withOptimisation(o.optimisation().withDevice(d)));
    return BiEncoderStudentTrainer.of(files, options);
  }

  private EncoderOptions encoder(ModelFiles files) {
    if (pooling == null) {
      return files
          .config()
          .map(EncoderConfig::options)
          .orElseThrow(
              () ->
                  new IllegalArgumentException(
                      "--pooling is needed, mean or cls: "
                          + files.name()
                          + " does not say how one vector is made of many"));
    }
    EncoderOptions options = pooling == Pooling.CLS ? EncoderOptions.cls() : EncoderOptions.mean();
    return options.withMaxTokens(MAX_TOKENS_OF_BI_ENCODERS);
  }

  private StudentTrainer crossEncoder(ModelFiles files) {
    CrossEncoderOptions options = CrossEncoderOptions.defaults().withSeed(seed);
    options = options.withSampling(sampling(options.sampling()));
    options = with(options, pooling, CrossEncoderOptions::withPooling);
    options = with(options, epochs, CrossEncoderOptions::withEpochs);
    options = with(options, learningRate, CrossEncoderOptions::withLearningRate);
    options = with(options, batch, CrossEncoderOptions::withBatchLists);
    options = with(options, loss, (o, label) -> o.withLoss(ListLoss.of(label)));
    options = with(options, maxTokens, CrossEncoderOptions::withMaxTokens);
    options = with(options, device, (o, d) -> o.withTraining(o.training().withDevice(d)));
    return CrossEncoderTrainer.of(files, options);
  }

  private StudentTrainer listwise(ModelFiles files) {
    ListwiseOptions options = ListwiseOptions.defaults().withSeed(seed);
    options = options.withSampling(sampling(options.sampling()));
    options = with(options, epochs, ListwiseOptions::withEpochs);
    options = with(options, learningRate, ListwiseOptions::withLearningRate);
    options = with(options, batch, ListwiseOptions::withBatchLists);
    options = with(options, loss, (o, label) -> o.withLoss(ListLoss.of(label)));
    options = with(options, maxTokens, ListwiseOptions::withMaxTokens);
    options = with(options, device, (o, d) -> o.withTraining(o.training().withDevice(d)));
    return ListwiseTrainer.of(files, options);
  }

  /** How a language model is trained. */
  LlmOptions llm() {
    RankingTemplate template = template();
    LlmOptions options = LlmOptions.of(template.form()).withTemplate(template).withSeed(seed);
    options = options.withSampling(sampling(options.sampling()));
    options = with(options, epochs, LlmOptions::withEpochs);
    options = with(options, learningRate, LlmOptions::withLearningRate);
    options = with(options, batch, (o, n) -> o.withTraining(o.training().withAccumulation(n)));
    options = with(options, loss, (o, label) -> o.withLoss(ListLoss.of(label)));
    options = with(options, maxTokens, LlmOptions::withMaxTokens);
    LoraOptions usual = LoraTrainer.QUERY_VALUE;
    options =
        options.withLora(
            LoraOptions.of(
                    loraRank == null ? usual.rank() : loraRank,
                    loraTargets == null ? usual.pattern() : loraTargets)
                .withDropout(usual.dropout()));
    options = with(options, precision, LlmOptions::withPrecision);
    return with(options, device, LlmOptions::withDevice);
  }

  private static <O, V> O with(O options, @Nullable V value, BiFunction<O, V, O> setter) {
    return value == null ? options : setter.apply(options, value);
  }

  private void requireFitting(StudentKind kind) {
    Set<StudentKind> llm = Set.of(StudentKind.LLM);
    Map<String, Set<StudentKind>> kinds = new LinkedHashMap<>();
    kinds.put(
        loss == null ? "" : "--loss",
        Set.of(StudentKind.CROSS_ENCODER, StudentKind.LISTWISE, StudentKind.LLM));
    kinds.put(
        pooling == null ? "" : "--pooling",
        Set.of(StudentKind.BI_ENCODER, StudentKind.CROSS_ENCODER));
    kinds.put(form == null ? "" : "--form", llm);
    kinds.put(language == null ? "" : "--language", llm);
    kinds.put(showCandidates ? "--show-candidates" : "", llm);
    kinds.put(loraTargets == null ? "" : "--lora-targets", llm);
    kinds.put(loraRank == null ? "" : "--lora-rank", llm);
    kinds.put(precision == null ? "" : "--precision", llm);
    kinds.remove("");
    kinds.forEach(
        (option, those) -> {
          if (!those.contains(kind)) {
            throw new IllegalArgumentException(
                option
                    + " does not apply to "
                    + kind.label()
                    + ", only to "
                    + labels(
                        List.of(StudentKind.values()).stream().filter(those::contains).toList()));
          }
        });
  }

  static String kinds() {
    return labels(List.of(StudentKind.values()));
  }

  private static String labels(List<StudentKind> kinds) {
    return kinds.stream().map(StudentKind::label).collect(Collectors.joining(", "));
  }
}
