package dev.rpdr.distill.train;

import dev.rpdr.Fingerprint;
import dev.rpdr.NonRetriableException;
import dev.rpdr.ProgressListener;
import dev.rpdr.Provenance;
import dev.rpdr.TrainingSet;
import dev.rpdr.distill.StudentFolder;
import dev.rpdr.distill.StudentManifest;
import dev.rpdr.distill.StudentSettings;
import dev.rpdr.nn.EncoderConfig;
import dev.rpdr.nn.ModelFiles;
import dev.rpdr.nn.TextTokenizer;
import dev.rpdr.nn.train.TrainingOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * A training of a student that scores lists, from a base to a folder, whatever it reads of a list:
 * epochs are kept as they finish, and a training that broke off goes on after the last of them.
 * Immutable.
 *
 * @param base what it starts from
 * @param course how it goes
 * @param kind what it trains
 * @param <I> what is read of one list
 */
record ListTraining<I>(ModelFiles base, Course course, Kind<I> kind) {
  ListTraining {
    Objects.requireNonNull(base, "base");
  }

  /** What differs between kinds of students. */
  interface Kind<I> {
    /** What the student's folder says. */
    StudentSettings settings();

    /** A text of all options that the trained weights depend on. */
    String options();

    /** The options as facts. */
    Provenance facts();

    /**
     * Whether a base student's head is trained on.
     *
     * @throws IllegalArgumentException if it is of this kind, but does not fit
     */
    boolean hasHead(String name, StudentSettings student);

    /** What reads lists. */
    ListReader<I> reader(TextTokenizer tokenizer);

    /** A graph to train, with a new head where it has none. */
    ListGraph<I> open(
        byte[] onnx, TrainingOptions training, TextTokenizer tokenizer, boolean hasHead);
  }

  /** Trains and saves. */
  void run(TrainingSet trainingSet, Path folder, ProgressListener progress) {
    Objects.requireNonNull(progress, "progress");
    StudentFolder target = StudentFolder.of(folder);
    Split split = Split.of(trainingSet, course.validationShare(), course.training().seed());
    boolean hasHead = baseHasHead();
    Checkpoints checkpoints = Checkpoints.open(target.workshop(), key(split));
    int finished = checkpoints.results().size();
    if (finished < course.epochs()) {
      try (TextTokenizer tokenizer = TextTokenizer.open(base, kind.settings().maxTokens())) {
        ListEpochs<I> epochs = new ListEpochs<>(course, split, kind.reader(tokenizer), progress);
        train(epochs, checkpoints, tokenizer, hasHead);
      }
    }
    Provenance provenance = provenance(trainingSet, split, checkpoints);
    if (finished > 0) {
      provenance = provenance.with("continued-after-epoch", finished);
    }
    Path draft = target.draft();
    copy(checkpoints.model(checkpoints.best()), draft.resolve(ModelFiles.ONNX));
    base.copyTokenizer(draft);
    target.publish(draft, kind.settings(), provenance);
  }

  private void train(
      ListEpochs<I> epochs, Checkpoints checkpoints, TextTokenizer tokenizer, boolean hasHead) {
    int finished = checkpoints.results().size();
    byte[] onnx = finished > 0 ? read(checkpoints.model(finished)) : base.onnx();
    try (ListGraph<I> graph =
        kind.open(onnx, epochs.schedule(finished), tokenizer, hasHead || finished > 0)) {
      for (int epoch = finished + 1; epoch <= course.epochs(); epoch++) {
        checkpoints.add(epochs.run(graph, epoch), graph::write);
      }
    }
  }

  private boolean baseHasHead() {
    Optional<Path> folder = base.onnxPath().map(Path::getParent);
    if (folder.isEmpty() || !Files.exists(folder.get().resolve(StudentManifest.FILE))) {
      return false;
    }
    StudentManifest manifest = StudentManifest.read(folder.get());
    manifest.verify(folder.get());
    return kind.hasHead(base.name(), manifest.settings());
  }

  /** A hash of everything that the trained weights depend on. */
  private String key(Split split) {
    Fingerprint hash =
        new Fingerprint().add(base.onnxSha256()).add(base.tokenizerSha256()).add(kind.options());
    split.addTo(hash);
    return hash.hex();
  }

  private Provenance provenance(TrainingSet trainingSet, Split split, Checkpoints checkpoints) {
    Provenance provenance =
        kind.facts()
            .with("base", base.name())
            .with("base.model.sha256", base.onnxSha256())
            .with("base.tokenizer.sha256", base.tokenizerSha256())
            .with(
                "base.trained",
                base.config().map(EncoderConfig::provenance).orElse(Provenance.none()))
            .with("data", trainingSet.provenance())
            .with("rankings.learnt", split.training().size())
            .with("rankings.held-out", split.validation().size())
            .with("epoch.best", checkpoints.best());
    int epoch = 1;
    for (EpochResult result : checkpoints.results()) {
      provenance = provenance.with("epoch." + epoch + ".loss", result.loss());
      if (!Double.isNaN(result.agreement())) {
        provenance = provenance.with("epoch." + epoch + ".agreement", result.agreement());
      }
      epoch++;
    }
    return provenance;
  }

  private static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new NonRetriableException("cannot read " + file, e);
    }
  }

  private static void copy(Path from, Path to) {
    try {
      Files.copy(from, to);
    } catch (IOException e) {
      throw new NonRetriableException("cannot copy " + from + " to " + to, e);
    }
  }
}
