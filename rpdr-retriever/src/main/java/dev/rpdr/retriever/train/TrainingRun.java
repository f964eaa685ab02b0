package dev.rpdr.retriever.train;

import ai.djl.engine.Engine;
import dev.rpdr.ProgressListener;
import dev.rpdr.Provenance;
import dev.rpdr.nn.EncoderConfig;
import dev.rpdr.nn.ModelFiles;
import dev.rpdr.nn.TextTokenizer;
import dev.rpdr.nn.train.LoraOptions;
import dev.rpdr.nn.train.TrainableGraph;
import dev.rpdr.nn.train.TrainingOptions;
import dev.rpdr.retriever.train.Example.Choice;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One training, from examples to a folder. Used once. */
final class TrainingRun {
  private final ModelFiles base;
  private final BiEncoderTrainer.Options options;
  private final Examples examples;
  private final TokenTable table;
  private final TextTokenizer tokenizer;
  private final ProgressListener progress;
  private final List<Example> heldOut;
  private final List<Example> trained;
  private final List<Integer> pool;

  TrainingRun(
      ModelFiles base,
      BiEncoderTrainer.Options options,
      Examples examples,
      TokenTable table,
      TextTokenizer tokenizer,
      ProgressListener progress) {
    this.base = base;
    this.options = options;
    this.examples = examples;
    this.table = table;
    this.tokenizer = tokenizer;
    this.progress = progress;
    if (examples.all().isEmpty()) {
      throw new IllegalArgumentException(
          "there is nothing to learn from: of "
              + examples.skipped()
              + " rankings or labelled mentions none has both a right and a wrong candidate");
    }
    List<Example> shuffled = new ArrayList<>(examples.all());
    Collections.shuffle(shuffled, new Random(seed()));
    int held = (int) (shuffled.size() * options.validationShare());
    heldOut = List.copyOf(shuffled.subList(0, held));
    trained = List.copyOf(shuffled.subList(held, shuffled.size()));
    pool = options.randomCandidates() == 0 ? List.of() : allNames(trained);
  }

  /**
   * Trains and saves.
   *
   * @param target where the encoder goes
   * @param folder the same, as the caller wrote it
   * @param source where the examples come from
   */
  TrainingReport run(TrainingFolder target, Path folder, Provenance source) {
    int stepsAnEpoch = (trained.size() + options.batchSize() - 1) / options.batchSize();
    int accumulation = options.optimisation().accumulation();
    int updatesAnEpoch = (stepsAnEpoch + accumulation - 1) / accumulation;
    TrainingOptions optimisation =
        options.optimisation().withUpdates(updatesAnEpoch * options.epochs());
    @Nullable TeacherAgreement agreement =
        heldOut.isEmpty()
            ? null
            : new TeacherAgreement(heldOut, table, tokenizer, options.encoder());
    List<TrainingReport.Epoch> epochs = new ArrayList<>();
    int best = 1;
    Provenance facts = facts(source);
    List<Provenance> saved = new ArrayList<>();
    try (TrainableGraph graph = open(optimisation)) {
      for (int epoch = 1; epoch <= options.epochs(); epoch++) {
        long start = System.nanoTime();
        double loss = trainEpoch(graph, epoch, stepsAnEpoch);
        OptionalDouble share = validate(agreement, graph, epoch);
        double seconds = (System.nanoTime() - start) / 1e9;
        epochs.add(new TrainingReport.Epoch(loss, share, seconds));
        if (share.orElse(0) > epochs.get(best - 1).agreement().orElse(0)) {
          best = epoch;
        }
        saved.add(describe(facts, epoch, epochs.get(epoch - 1)));
        target.save(graph, epoch, options.keepBestEpoch() ? best : epoch, saved.get(epoch - 1));
      }
    }
    int kept = options.keepBestEpoch() ? best : options.epochs();
    target.publish(kept);
    return new TrainingReport(
        folder,
        trained.size(),
        heldOut.size(),
        examples.skipped(),
        epochs,
        kept,
        saved.get(kept - 1));
  }

  private TrainableGraph open(TrainingOptions optimisation) {
    return base.onnxPath()
        .map(path -> TrainableGraph.open(path, optimisation))
        .orElseGet(() -> TrainableGraph.open(base.onnx(), optimisation));
  }

  private double trainEpoch(TrainableGraph graph, int epoch, int steps) {
    Random random = new Random(31 * seed() + epoch);
    List<Example> order = new ArrayList<>(trained);
    Collections.shuffle(order, random);
    double sum = 0;
    for (int step = 0; step < steps; step++) {
      int from = step * options.batchSize();
      int to = Math.min(order.size(), from + options.batchSize());
      ContrastiveBatch batch =
          ContrastiveBatch.of(
              order.subList(from, to),
              options.candidates(),
              draw(random),
              options.labelSmoothing(),
              table,
              tokenizer,
              random);
      double loss =
          graph.step(forward -> batch.loss(forward, options.encoder(), options.temperature()));
      sum += loss * (to - from);
      progress.onProgress(
          "train",
          (long) (epoch - 1) * steps + step + 1,
          (long) options.epochs() * steps,
          String.format(Locale.ROOT, "epoch %d/%d, loss %.3f", epoch, options.epochs(), loss));
    }
    graph.flush();
    return sum / order.size();
  }

  private OptionalDouble validate(
      @Nullable TeacherAgreement agreement, TrainableGraph graph, int epoch) {
    if (agreement == null) {
      return OptionalDouble.empty();
    }
    double share = agreement.of(graph);
    progress.onProgress(
        "validate",
        epoch,
        options.epochs(),
        String.format(
            Locale.ROOT, "epoch %d/%d, agreement@1 %.3f", epoch, options.epochs(), share));
    return OptionalDouble.of(share);
  }

  private List<Integer> draw(Random random) {
    List<Integer> drawn = new ArrayList<>();
    for (int i = 0; i < options.randomCandidates(); i++) {
      drawn.add(pool.get(random.nextInt(pool.size())));
    }
    return drawn;
  }

  private static List<Integer> allNames(List<Example> examples) {
    Set<Integer> names = new LinkedHashSet<>();
    for (Example example : examples) {
      for (List<Choice> choices : List.of(example.targets(), example.others())) {
        for (Choice choice : choices) {
          for (int name : choice.names()) {
            names.add(name);
          }
        }
      }
    }
    return List.copyOf(names);
  }

  private long seed() {
    return options.optimisation().seed();
  }

  private Provenance facts(Provenance source) {
    TrainingOptions optimisation = options.optimisation();
    Provenance facts =
        Provenance.none()
            .with("trainer", "bi-encoder")
            .with("base.source", base.name())
            .with("base.model.sha256", base.onnxSha256())
            .with("base.tokenizer.sha256", base.tokenizerSha256())
            .with("examples", trained.size())
            .with("examples.held-out", heldOut.size())
            .with("examples.skipped", examples.skipped())
            .with("epochs", options.epochs())
            .with("batch-size", options.batchSize())
            .with("temperature", options.temperature())
            .with("second-place-weight", options.secondPlaceWeight())
            .with("candidates", options.candidates())
            .with("random-candidates", options.randomCandidates())
            .with("label-smoothing", options.labelSmoothing())
            .with("learning-rate", optimisation.learningRate())
            .with("warmup-share", optimisation.warmupShare())
            .with("weight-decay", optimisation.weightDecay())
            .with("dropout", optimisation.dropout())
            .with("accumulation", optimisation.accumulation())
            .with("device", optimisation.device())
            .with("seed", seed())
            .with("data", source);
    LoraOptions lora = optimisation.lora();
    if (lora != null) {
      facts = facts.with("lora", lora);
    }
    Provenance before = base.config().map(EncoderConfig::provenance).orElse(Provenance.none());
    return facts.with("base.trained", before);
  }

  /** Adds what is only known after an epoch; the engine is loaded by then. */
  private static Provenance describe(Provenance facts, int epoch, TrainingReport.Epoch result) {
    Provenance more =
        facts
            .with("epoch", epoch)
            .with("loss", String.format(Locale.ROOT, "%.4f", result.loss()))
            .with("pytorch.version", Engine.getEngine("PyTorch").getVersion());
    return result.agreement().isPresent()
        ? more.with(
            "agreement", String.format(Locale.ROOT, "%.4f", result.agreement().getAsDouble()))
        : more;
  }
}
